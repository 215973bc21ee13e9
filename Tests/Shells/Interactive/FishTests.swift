import TestSupport
import Testing

@Suite(.enabled(if: PseudoTerminal.isAvailable))
struct FishTests {
    static let own: [TabCase] = [
        TabCase("enclavia ", shows: ["push", "(Push a local image", "history"]),
        TabCase(
            "enclavia push x myapp:",
            shows: [
                "myapp:v2", "(2 d ago, cccccccccccc, told)", "myapp:latest",
                "(5 d ago, bbbbbbbbbbbb, pending)", "myapp:v1",
            ]),
        TabCase(
            "enclavia notify 0000000",
            shows: [
                "00000002", "(alice/myapp:v2, 2 d ago)", "00000003", "(alice/mytool:x, 3 d ago)",
            ]),
        TabCase(
            "enclavia push --label note=",
            #"enclavia push --label note=\$\(touch\ pwned\)\;\ touch\ pwned "#),
        TabCase(
            "enclavia push --label \"note=",
            #"enclavia push --label "note=\$(touch pwned); touch pwned" "#),
        TabCase("enclavia push --label two=", #"enclavia push --label two=a\ b "#),
        TabCase("enclavia push '$", "enclavia push '$(touch pwned)' "),
        TabCase(
            "enclavia push x \\\r >out myapp:l", "enclavia push x \\\n >out myapp:latest "),
        TabCase("enclavia history --repository='w", "enclavia history --repository='web' "),
        TabCase("enclavia enclave logs ", "enclavia enclave logs \(SampleHistory.enclave) "),
    ]

    private static let shell = InteractiveShell(.fish(), TabCases.common + own)

    @Test(arguments: TabCases.common + own)
    func `TAB completes`(_ tab: TabCase) async throws {
        try await expect(Self.shell.outcome(of: tab), of: tab)
    }

    @Test func `nothing that was typed or offered is run`() async throws {
        #expect(try await Self.shell.filesMade() == [])
    }
}
