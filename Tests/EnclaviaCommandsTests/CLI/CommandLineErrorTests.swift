import EnclaviaCommands
import EnclaviaCompletion
import EnclaviaCore
import Testing

/// The errors of command lines that do not parse.
struct CommandLineErrorTests {
    /// A command line, the error, and the hint; without the program's name.
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let error: String
        let hint: String?
        var testDescription: String { line }

        init(_ line: String, _ error: String, hint: String? = nil) {
            self.line = line
            self.error = error
            self.hint = hint
        }
    }

    private static let pushUsage = "usage: enclavia push [options] <local-image> <destination>"

    static let commands = [
        Case("psh", #"unknown command "psh": did you mean `enclavia push`?"#),
        Case("statsu", #"unknown command "statsu": did you mean `enclavia status`?"#),
        Case("hist", #"unknown command "hist": did you mean `enclavia history`?"#),
        Case("enclave lst", #"unknown command "lst": did you mean `enclavia enclave list`?"#),
        Case("auth logn", #"unknown command "logn": did you mean `enclavia auth login`?"#),
        Case("lgin", #"unknown command "lgin": did you mean `enclavia auth login`?"#),
        Case("login", #"unknown command "login": did you mean `enclavia auth login`?"#),
        Case("logout", #"unknown command "logout": did you mean `enclavia auth logout`?"#),
        Case("show 5b469471", #"unknown command "show": did you mean `enclavia history show`?"#),
        Case("logs", #"unknown command "logs": did you mean `enclavia enclave logs`?"#),
        Case("verify", #"unknown command "verify": did you mean `enclavia history verify`?"#),
        Case("--json whoami", #"unknown command "whoami": did you mean `enclavia auth status`?"#),
        Case(
            "list",
            #"unknown command "list": did you mean `enclavia history list` or `enclavia enclave list`?"#
        ),
        Case(
            "ls",
            #"unknown command "ls": did you mean `enclavia history list` or `enclavia enclave list`?"#
        ),
        Case(
            "tag a b",
            #"unknown command "tag": a push gives the image its tag, as in `enclavia push myapp myapp:v1`"#
        ),
        Case(
            "pull a",
            #"unknown command "pull": pull with docker, using the reference that `enclavia history at` prints"#
        ),
        Case(
            "images",
            #"unknown command "images": for local images use `docker images`; `enclavia history` lists past pushes"#
        ),
        Case("version", #"unknown command "version": `enclavia --version` prints the version"#),
        Case(
            "frobnicate", #"unknown command "frobnicate""#,
            hint:
                "the commands of `enclavia` are push, record, history, status, enclave, auth, notify, events, doctor, completion, schema"
        ),
        Case(
            "enclave ls", #"unknown command "ls": did you mean `enclavia enclave list`?"#),
        Case("help psh", #"unknown command "psh": did you mean `enclavia push`?"#),
        Case(
            "help history shwo", #"unknown command "shwo": did you mean `enclavia history show`?"#),
        Case(
            "--color never help auth logn",
            #"unknown command "logn": did you mean `enclavia auth login`?"#),
        Case(
            "auth frobnicate", #"unknown command "frobnicate""#,
            hint: "the commands of `enclavia auth` are login, status, logout, docker"),
    ]

    static let options = [
        Case(
            "push --tag v1 myapp:v1",
            #"unknown option "--tag": the tag is part of the destination, as in `enclavia push myapp myapp:v1`"#
        ),
        Case(
            "push app -t=v1 app",
            #"unknown option "-t": the tag is part of the destination, as in `enclavia push myapp myapp:v1`"#
        ),
        Case(
            "push app app:v1 --force",
            #"unknown option "--force": a push moves an existing tag unless --tag-policy forbids it"#
        ),
        Case(
            "push app app:v1 --all-tags",
            #"unknown option "--all-tags": a push has one tag: push once for each tag"#),
        Case("push -q app app:v1", #"unknown option "-q": did you mean --quiet?"#),
        Case("push -quiet app app:v1", #"unknown option "-quiet": did you mean --quiet?"#),
        Case(
            "push -d app app:v1", #"unknown option "-d": did you mean --dry-run or --digest-file?"#),
        Case(
            "push app app --registry=r",
            #"unknown option "--registry": the backend selects the registry, and ENCLAVIA_BACKEND_URL selects the backend"#
        ),
        Case("history -n 5", #"unknown option "-n": did you mean --limit?"#),
        Case("history -5", #"unknown option "-5": did you mean --limit?"#),
        Case("history list --after today", #"unknown option "--after": did you mean --since?"#),
        Case("history --csv", #"unknown option "--csv": use --format csv"#),
        Case("status -o json", #"unknown option "-o": --json prints the result as JSON"#),
        Case(
            "status --output=json",
            #"unknown option "--output": --json prints the result as JSON"#),
        Case("notify --pendng", #"unknown option "--pendng": did you mean --pending?"#),
        Case("status --help-all", #"unknown option "--help-all": did you mean --help?"#),
        Case("history --repo app", #"unknown option "--repo": did you mean --repository?"#),
        Case("status --no-color", #"unknown option "--no-color": use --color never"#),
        Case(
            "--progress none push a b",
            #"unknown option "--progress": put it after the command that accepts it, `enclavia push`"#
        ),
        Case(
            "auth login --token abc",
            #"unknown option "--token": credentials are not given on the command line: run `enclavia auth login`, or set ENCLAVIA_TOKEN"#
        ),
        Case(
            "events -fx", #"unknown option "-fx""#,
            hint: "`enclavia events --help` lists the options"),
        Case(
            "push a b --frobnicate", #"unknown option "--frobnicate""#,
            hint: "`enclavia push --help` lists the options"),
        Case("--foo", #"unknown option "--foo""#, hint: "`enclavia --help` lists the options"),
    ]

    static let arguments = [
        Case("push", "the argument <local-image> is missing", hint: pushUsage),
        Case("push myapp:v1", "the argument <destination> is missing", hint: pushUsage),
        Case("push a b extra more", #"unexpected argument "extra""#, hint: pushUsage),
        Case("push -- --a b c", #"unexpected argument "c""#, hint: pushUsage),
        Case(
            "history a* b", #"unexpected argument "b""#,
            hint: "usage: enclavia history list [options] [<glob>]"),
        Case(
            "history show", "the argument <push> is missing",
            hint: "usage: enclavia history show [options] <push>"),
        Case(
            "enclave create", "the option --image is missing",
            hint: "usage: enclavia enclave create [options] --image <image>"),
        Case(
            "history prune --dry-run", "the option --before is missing",
            hint: "usage: enclavia history prune [options] --before <before>"),
        Case(
            "push a b --label", "--label needs a value",
            hint: "`enclavia push --help` lists the options"),
        Case(
            "push --label --quiet a b", "--label needs a value",
            hint: "`enclavia push --help` lists the options"),
        Case(
            "push a b --progress=", "--progress needs a value",
            hint: "`enclavia push --help` lists the options"),
        Case(
            "push a b --quiet=yes", "--quiet takes no value",
            hint: "`enclavia push --help` lists the options"),
    ]

    static let values = [
        Case(
            "push a b --progress fast",
            #""fast" is not a value of --progress: use auto, plain or none"#),
        Case(
            "push a b --retry 2 --tag-policy=mov",
            #""mov" is not a value of --tag-policy: use move, keep, refuse or forward"#),
        Case(
            "--color pink push a b", #""pink" is not a value of --color: use auto, always or never"#
        ),
        Case(
            "enclave create --image a --instance-type huge --visibility hidden",
            #""huge" is not a value of --instance-type: use small, medium or large"#),
        Case("completion ksh", #""ksh" is not a value of <shell>: use bash, zsh or fish"#),
        Case(
            "push a b --retry x", #""x" is not a value of --retry"#,
            hint: "--retry: retry up to this many times after temporary failures; 0 to 10"),
        Case(
            "history --since today --limit x", #""x" is not a value of --limit"#,
            hint: "--limit: show at most this many pushes"),
        Case(
            "auth login --port 99999999", #""99999999" is not a value of --port"#,
            hint: "--port: wait for the browser's response on this port of 127.0.0.1"),
    ]

    private func expect(_ example: Case) async throws {
        let words = example.line.split(separator: " ").map(String.init)
        let run = await CommandLineRun().run(words)
        #expect(run.status == .usage)
        if !words.contains("--json") {
            #expect(run.out == "")
            let hint = example.hint.map { "hint: \($0)\n" } ?? ""
            #expect(run.err == "error: \(example.error)\n\(hint)")
        }
        let json = await CommandLineRun().run(["--json"] + words)
        let value = try json.object()
        #expect(json.status == .usage && value["kind"] as? String == "usage")
        #expect(value["error"] as? String == example.error)
        #expect(value["hint"] as? String == example.hint)
    }

    @Test(arguments: commands)
    func `the error for an unknown command suggests the right one`(_ example: Case) async throws {
        try await expect(example)
    }

    @Test(arguments: options)
    func `the error for an unknown option suggests the right one or nothing`(_ example: Case)
        async throws
    {
        try await expect(example)
    }

    @Test(arguments: arguments)
    func `the error for a missing or unexpected argument has a usage hint`(_ example: Case)
        async throws
    {
        try await expect(example)
    }

    @Test(arguments: values)
    func `the error for a bad value names the option, the value and its rule`(_ example: Case)
        async throws
    {
        try await expect(example)
    }

    @Test func `with --json a group without a command is an error`() async throws {
        let run = await CommandLineRun()("enclave", "--json")
        let value = try run.object()
        #expect(value["error"] as? String == "no command was given")
        #expect(
            (value["hint"] as? String)?.hasPrefix("the commands of `enclavia enclave` are ") == true
        )
    }

    @Test func `control characters of a word are escaped in the error`() async {
        for words in [["p\u{1B}[2Jsh"], ["push", "--\u{202E}x"], ["push", "a", "b", "\u{9B}c"]] {
            let run = await CommandLineRun().run(words)
            #expect(run.status == .usage)
            #expect(!run.err.unicodeScalars.contains { TerminalText.isUnsafe($0) && $0 != "\n" })
        }
    }

    @Test func `the hint for an unknown option names the command itself`() async {
        func leaves(_ command: CommandTree, _ path: [String]) -> [[String]] {
            command.verbs.isEmpty
                ? [path] : command.verbs.flatMap { leaves($0, path + [$0.name]) }
        }
        for path in leaves(.enclavia, []) {
            let run = await CommandLineRun().run(path + ["--frobnicate-x"])
            let name = (["enclavia"] + path).joined(separator: " ")
            #expect(run.err.hasPrefix(#"error: unknown option "--frobnicate-x""#), "\(path)")
            #expect(run.err.contains("hint: `\(name) --help`"), "\(run.err)")
        }
    }
}
