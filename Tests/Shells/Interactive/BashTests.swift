import TestSupport
import Testing

@Suite struct BashTests {
    /// Where bash breaks words, and who loads the script.
    enum Setting: String, CaseIterable, Sendable {
        case asItComes, withoutColon, withoutColonAndEquals, withPackage, withPackageWithoutColon

        var terminal: Terminal {
            switch self {
            case .asItComes: .bash()
            case .withoutColon: .bash(breaks: "\"'@><=;|&(")
            case .withoutColonAndEquals: .bash(breaks: "\"'@><;|&(")
            case .withPackage: .bash(package: true)
            case .withPackageWithoutColon: .bash(breaks: "\"'@><=;|&(", package: true)
            }
        }
    }

    static let own: [TabCase] = [
        // The candidates are shown without what has been typed, and in order.
        TabCase("enclavia push x myapp:", shows: ["v2", "latest", "v1"]),
        // bash leaves what stands behind the cursor where it is.
        TabCase("enclavia push x myapp:lZZ\u{1B}[D\u{1B}[D\t", "enclavia push x myapp:latestZZ"),
        TabCase("enclavia push x \"myapp:\"l", "enclavia push x myapp:latest "),
        TabCase("enclavia push x my\\app:l", "enclavia push x my\\app:latest "),
        TabCase("enclavia 2>/dev/null push x web:p", "enclavia 2>/dev/null push x web:prod "),
        // What was imported is quoted, so that it would not run either.
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
        TabCase("enclavia push x `touch pwned` my"),
    ]

    private static let shells = Dictionary(
        uniqueKeysWithValues: Setting.allCases.map {
            ($0, InteractiveShell($0.terminal, TabCases.common + own))
        })

    @Test(arguments: Setting.allCases, TabCases.common + own)
    func `TAB completes`(_ setting: Setting, _ tab: TabCase) async throws {
        let shell = try #require(Self.shells[setting])
        try await expect(shell.outcome(of: tab), of: tab)
    }

    @Test(arguments: Setting.allCases)
    func `nothing that was typed or offered is run`(_ setting: Setting) async throws {
        let made = try await Self.shells[setting]?.filesMade()
        #expect(made == [])
    }

    @Test func `shellcheck is silent`() async throws {
        let run = try await Run.program("shellcheck", ["\(Build.root)/completions/enclavia.bash"])
        #expect(run.status == 0, "\(run.out)")
    }
}
