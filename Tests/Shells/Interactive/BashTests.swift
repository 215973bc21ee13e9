import TestSupport
import Testing

@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct BashTests {
    /// Where bash breaks words, and how the script is loaded.
    enum Setting: String, CaseIterable, Sendable {
        case asItComes, withoutColon, withoutColonAndEquals, withPackage, withPackageWithoutColon

        var terminal: Terminal {
            switch self {
            case .asItComes: .bash()
            case .withoutColon: .bash(breaks: "\"'@><=;|&(")
            case .withoutColonAndEquals: .bash(breaks: "\"'@><;|&(")
            case .withPackage: .bash(load: Terminal.bashPackage)
            case .withPackageWithoutColon:
                .bash(breaks: "\"'@><=;|&(", load: Terminal.bashPackage)
            }
        }

        /// The cases that depend on where words are broken: the text before the last break stays as it was
        /// typed, and the rest is replaced.
        var own: [TabCase] {
            switch self {
            case .asItComes, .withPackage:
                [
                    TabCase("enclavia push x my\\app:l", "enclavia push x my\\app:latest "),
                    // Otherwise bash treats the next word as the beginning of a command.
                    TabCase(
                        "enclavia push `touch pwned` web:p",
                        "enclavia push `touch pwned` web:prod "),
                ]
            case .withoutColon, .withPackageWithoutColon:
                [TabCase("enclavia push x my\\app:l", "enclavia push x myapp:latest ")]
            case .withoutColonAndEquals:
                [
                    TabCase("enclavia push x my\\app:l", "enclavia push x myapp:latest "),
                    TabCase(
                        "enclavia push --digest-file=~/not",
                        "enclavia push --digest-file=$HOME/notes.txt "),
                    TabCase(
                        "enclavia push --digest-file=~/fol",
                        "enclavia push --digest-file=$HOME/folder/"),
                ]
            }
        }
    }

    static let own: [TabCase] = [
        // The candidates are shown without the part that is already typed, and in order.
        TabCase("enclavia push x myapp:", shows: ["v2", "latest", "v1"]),
        // bash keeps the text after the cursor.
        TabCase("enclavia push x myapp:lZZ\u{1B}[D\u{1B}[D\t", "enclavia push x myapp:latestZZ"),
        TabCase("enclavia push x \"myapp:\"l", "enclavia push x myapp:latest "),
        TabCase("enclavia 2>/dev/null push x web:p", "enclavia 2>/dev/null push x web:prod "),
        // Imported text is quoted, so that it would not run either.
        TabCase(
            "enclavia push --label note=",
            #"enclavia push --label note=\$\(touch\ pwned\)\;\ touch\ pwned "#),
        TabCase(
            "enclavia push --label=cmd=", #"enclavia push --label=cmd=\`touch\ pwned\` "#),
        TabCase(
            "enclavia push --label \"cmd=", #"enclavia push --label "cmd=\`touch pwned\`" "#),
        TabCase(
            "enclavia push --label 'say=", #"enclavia push --label 'say=it'\''s "so" & !x' "#),
        TabCase(
            "enclavia push --label \"say=",
            #"enclavia push --label "say=it's \"so\" & "'!'"x" "#),
        TabCase("enclavia push --label two=", #"enclavia push --label two=a\ b "#),
        TabCase("enclavia push \\$", #"enclavia push \$\(touch\ pwned\) "#),
        TabCase("enclavia push '$", "enclavia push '$(touch pwned)' "),
        TabCase("enclavia history --repository='w", "enclavia history --repository='web' "),
        TabCase(
            "enclavia push x$(echo \"a ) b\" 'c d') web:p",
            "enclavia push x$(echo \"a ) b\" 'c d') web:prod "),
        TabCase("enclavia push x `touch pwned` my"),
        // The user's own settings stay.
        TabCase(
            #"[[ $COMP_WORDBREAKS == "$breaks" ]] && echo un''changed #\#t\#r"#, "",
            shows: ["unchanged"]),
        TabCase("enclavia push <(touch pwned) web:p", "enclavia push <(touch pwned) web:prod "),
        TabCase("enclavia push x {fd}>out web:p", "enclavia push x {fd}>out web:prod "),
        TabCase("enclavia push $'a b' web:p", "enclavia push $'a b' web:prod "),
        TabCase("enclavia push $\"a b\" web:p", "enclavia push $\"a b\" web:prod "),
        TabCase("enclavia push x $'myapp:l", "enclavia push x $'myapp:latest' "),
        // readline takes the last mark for the beginning of a quotation, and ends it.
        TabCase(#"enclavia push $'a\'b' web:p"#, #"enclavia push $'a\'b' web:prod'' "#),
        TabCase(
            #"enclavia push $'a\'b' --label env=s"#,
            #"enclavia push $'a\'b' --label env=staging'' "#),
    ]

    private static let shells = Dictionary(
        uniqueKeysWithValues: Setting.allCases.map {
            ($0, InteractiveShell($0.terminal, TabCases.common + own + $0.own))
        })

    @Test(arguments: Setting.allCases, TabCases.common + own)
    func `TAB completes`(_ setting: Setting, _ tab: TabCase) async throws {
        let shell = try #require(Self.shells[setting])
        try await expect(shell.outcome(of: tab), of: tab)
    }

    @Test(arguments: Setting.allCases)
    func `TAB completes with every setting of word breaks`(_ setting: Setting) async throws {
        let shell = try #require(Self.shells[setting])
        for tab in setting.own { try await expect(shell.outcome(of: tab), of: tab) }
    }

    @Test(arguments: Setting.allCases)
    func `nothing that was typed or offered is run`(_ setting: Setting) async throws {
        let made = try await Self.shells[setting]?.filesMade()
        #expect(made == [])
    }

    @Test(arguments: Setting.allCases)
    func `a value that ends in an exclamation mark is quoted to its end`(
        _ setting: Setting
    ) async throws {
        let history = try await SampleHistory([.init(labels: ["say": "wow!", "ask": "wh!o"])])
        let cases = [
            TabCase(
                "enclavia push --label \"say=", #"enclavia push --label "say=wow"'!'"" "#),
            TabCase(
                "enclavia push --label \"ask=", #"enclavia push --label "ask=wh"'!'"o" "#),
            TabCase("enclavia push --label 'say=", "enclavia push --label 'say=wow!' "),
        ]
        let shell = InteractiveShell(
            setting.terminal, cases, environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        for tab in cases { try await expect(shell.outcome(of: tab), of: tab) }
    }

    @Test func `shellcheck reports nothing`() async throws {
        let run = try await Run.program("shellcheck", ["\(Build.root)/completions/enclavia.bash"])
        #expect(run.status == 0, "\(run.out)")
    }
}
