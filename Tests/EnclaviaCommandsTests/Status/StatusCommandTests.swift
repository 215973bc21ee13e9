import EnclaviaCommands
import EnclaviaCore
import Testing

/// The exit code of `status`.
struct StatusCommandTests {
    private func status(
        _ kinds: [AttentionItem.Kind], _ words: String...
    ) async throws -> EnclaviaCommands.ExitStatus {
        let items = kinds.map {
            AttentionItem(kind: $0, pushID: nil, reference: nil, message: nil)
        }
        let adapters = TestAdapters(
            givenAccounts: NoAccounts(), givenHistory: try ListedHistory([], attention: items))
        return await CommandLineRun(adapters: adapters).run(["status"] + words).status
    }

    @Test(arguments: AttentionItem.Kind.allCases)
    func `with --exit-code, status exits with 1 for each kind of attention item`(
        _ kind: AttentionItem.Kind
    ) async throws {
        #expect(try await status([kind], "--exit-code") == .negative)
        #expect(try await status([kind], "--exit-code", "--json") == .negative)
        #expect(try await status([kind]) == .done)
    }

    @Test func `with --exit-code, status exits with 0 if nothing needs attention`() async throws {
        #expect(try await status([], "--exit-code") == .done)
    }
}
