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
    func `whatever needs attention is a negative answer, where one is asked for`(
        _ kind: AttentionItem.Kind
    ) async throws {
        #expect(try await status([kind], "--exit-code") == .negative)
        #expect(try await status([kind], "--exit-code", "--json") == .negative)
        #expect(try await status([kind]) == .done)
    }

    @Test func `where nothing does, it is exit 0`() async throws {
        #expect(try await status([], "--exit-code") == .done)
    }
}
