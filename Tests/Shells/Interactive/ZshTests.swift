import TestSupport
import Testing

@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct ZshTests {
    static let own: [TabCase] = [
        // Groups with their names, descriptions, the newest first.
        TabCase("enclavia his", "enclavia history "),
        TabCase("enclavia ", shows: ["== verb ==", "history", "-- List and query"]),
        TabCase(
            "enclavia push --", shows: ["== option ==", "--digest-file", "-- Write the digest"]),
        TabCase(
            "enclavia push x myapp:",
            shows: [
                "== destination ==", "myapp:v2", "-- 2 d ago, cccccccccccc, told",
                "myapp:latest", "-- 5 d ago, bbbbbbbbbbbb, pending",
                "myapp:v1", "-- 9 d ago, aaaaaaaaaaaa, told",
            ]),
        TabCase("enclavia history --repository ", shows: ["== repository ==", "myapp", "web"]),
        TabCase(
            "enclavia notify 0000000",
            shows: [
                "== push ==", "00000002", "-- alice/myapp:v2, 2 d ago", "00000003",
                "-- alice/mytool:x, 3 d ago",
            ]),
        TabCase("enclavia help ", shows: ["== verb ==", "push", "history", "-- List and query"]),
        TabCase("enclavia enclave logs ", "enclavia enclave logs \(SampleHistory.enclave) "),
        // zsh rewrites the word with its own quoting.
        TabCase("enclavia push x \"myapp:\"l", "enclavia push x \"myapp:latest\" "),
        TabCase("enclavia history --repository='w", "enclavia history --repository=web "),
        // An option's value, and what follows "--", is not parsed as what it looks like.
        TabCase("enclavia push --label a=b ", shows: ["== local-image =="]),
        TabCase("enclavia push --label push x ", shows: ["== destination =="]),
        TabCase("enclavia push -- --label ", shows: ["== destination =="]),
        TabCase("enclavia push x --label ", shows: ["== label =="]),
        TabCase(
            "enclavia push --label note=",
            #"enclavia push --label note=\$\(touch\ pwned\)\;\ touch\ pwned "#),
        TabCase("enclavia push --label=cmd=", #"enclavia push --label=cmd=\`touch\ pwned\` "#),
        TabCase("enclavia push --label \"cmd=", #"enclavia push --label "cmd=\`touch pwned\`" "#),
        TabCase("enclavia push --label two=", #"enclavia push --label two=a\ b "#),
        TabCase("enclavia push '$", "enclavia push '$(touch pwned)' "),
    ]

    private static let shell = InteractiveShell(.zsh(), TabCases.common + own)

    @Test(arguments: TabCases.common + own)
    func `TAB completes`(_ tab: TabCase) async throws {
        try await expect(Self.shell.outcome(of: tab), of: tab)
    }

    @Test func `nothing that was typed or offered is run`() async throws {
        #expect(try await Self.shell.filesMade() == [])
    }
}
