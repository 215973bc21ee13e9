import TestSupport
import Testing

/// Names of files are completed as the shell completes them for other programs, whatever bytes they have.
@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct FileNameTests {
    /// The typed beginnings, and the names, in the notation of printf(1).
    static let names = [
        ("sp", "sp ace"), ("quo", "quo\\047te"), ("dq", "dq\"uote"), ("back", "back\\\\slash"),
        ("dol", "dol$lar"), ("sub", "sub$(touch pwned)"), ("tick", "tick`touch pwned`"),
        ("new", "new\\nline"), ("-da", "-dash"), ("br", "br[ack]et"), ("cur", "cur{l,y}"),
        ("tab", "tab\\tulator"), ("st", "st*ar"), ("que", "que?ry"), ("semi", "semi;colon"),
        ("am", "am&p"), ("pi", "pi|pe"), ("lt", "lt<gt>"), ("lde", "lde~ti"), ("ha", "ha#sh"),
        ("ex", "ex!cl"), ("par", "par(en)"), ("eq", "eq=ual"), ("col", "col:on"), ("at", "at@at"),
        ("pct", "pct%%d"), ("uml", "uml\\303\\244ut"), ("lat", "lat\\344in"), ("inn", "inner/x y"),
        (".hid", ".hid den"),
    ]

    private static let make = """
        mkdir odd odd/inner
        """
        + names.map { "\ntouch -- \"$(printf -- '\($0.1)')\"" }.joined()
        .replacing("$(printf -- '", with: "$(printf 'odd/")

    @Test(arguments: TroubleTests.Shell.allCases)
    func `a file's name is completed as for cat`(_ shell: TroubleTests.Shell) async throws {
        let leads = [
            "enclavia push --digest-file ", "enclavia push --digest-file=",
            "enclavia history import ",
        ]
        let paths =
            Self.names.map { "odd/\($0.0)" } + ["'odd/sp", "\"odd/sp", "\"odd/dol", "~/odd/sp"]
        let lines = paths.flatMap { path in (leads + ["cat "]).map { $0 + path } }
        let cases = lines.map { TabCase($0) }
        let interactive = InteractiveShell(shell.terminal, cases, preparation: Self.make)
        for path in paths {
            let other = try await interactive.outcome(of: TabCase("cat " + path)).line
            #expect(other != "cat " + path, "\(shell) itself does not complete \(path)")
            // zsh quotes an option and its value in its own way.
            let isOwn = shell == .zsh && (path.hasPrefix("'") || path.hasPrefix("\""))
            for lead in leads where !isOwn || !lead.hasSuffix("=") {
                let line = try await interactive.outcome(of: TabCase(lead + path)).line
                var wanted = String(other.dropFirst(4))
                // No shell expands the tilde there. fish has no place for another beginning of the word.
                if lead.hasSuffix("="), path.hasPrefix("~/"), shell != .fish {
                    wanted = wanted.replacing("~/", with: "$HOME/")
                }
                #expect(line.dropFirst(lead.count) == wanted, "\(lead)\(path)")
            }
        }
        #expect(try await interactive.filesMade() == [])
    }

    @Test func `bash that takes the option and the path for one word completes the same files`()
        async throws
    {
        let lead = "enclavia push --digest-file="
        let names = Self.names.map(\.0).filter {
            !["new", "am", "lt", "pi", "tab", "lat", "uml", "col", "eq", "at", "inn"].contains($0)
        }
        let cases = names.map { TabCase("\(lead)odd/\($0)") }
        let others = names.map { TabCase("cat odd/\($0)") }
        let interactive = InteractiveShell(
            .bash(breaks: "\"'@><;|&("), cases + others, preparation: Self.make)
        for (tab, other) in zip(cases, others) {
            let line = try await interactive.outcome(of: tab).line
            let wanted = try await interactive.outcome(of: other).line
            #expect(
                line.dropFirst(lead.count).replacing("\\", with: "")
                    == wanted.dropFirst(4).replacing("\\", with: ""))
        }
        #expect(try await interactive.filesMade() == [])
    }

    @Test(arguments: TroubleTests.Shell.allCases)
    func `files and values are completed beside redirections`(_ shell: TroubleTests.Shell)
        async throws
    {
        let left = "\u{1B}[D"
        var cases = [
            TabCase("enclavia history > ~/not", "enclavia history > ~/notes.txt "),
            TabCase("enclavia push x y >> $HOME/not", "enclavia push x y >> $HOME/notes.txt "),
            TabCase(
                "enclavia push --digest-file $HOME/not",
                "enclavia push --digest-file $HOME/notes.txt "),
            TabCase(
                "enclavia push --digest-file=~/fol",
                "enclavia push --digest-file=\(shell == .fish ? "~" : "$HOME")/folder/"),
            TabCase(
                "enclavia push x web:p > out" + String(repeating: left, count: 6) + "\t",
                "enclavia push x web:prod > out"),
            TabCase("enclavia push x > out web:p", "enclavia push x > out web:prod "),
            TabCase("enclavia push > 'my out' x web:p", "enclavia push > 'my out' x web:prod "),
            TabCase("enclavia push x 2>/dev/null web:p", "enclavia push x 2>/dev/null web:prod "),
            TabCase(
                "enclavia push --message 'a > b' x web:p",
                "enclavia push --message 'a > b' x web:prod "),
        ]
        // zsh adds its space before the one that is there.
        if shell == .zsh {
            cases.removeAll { $0.typed.contains(left) }
        }
        // bash takes what follows >& for a new command.
        if shell != .bash {
            cases.append(TabCase("enclavia push x 2>&1 web:p", "enclavia push x 2>&1 web:prod "))
        }
        let interactive = InteractiveShell(shell.terminal, cases)
        for tab in cases { try await expect(interactive.outcome(of: tab), of: tab) }
        #expect(try await interactive.filesMade() == [])
    }
}
