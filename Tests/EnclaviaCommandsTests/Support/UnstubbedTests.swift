import EnclaviaCommands
import EnclaviaCore
import Synchronization
import Testing

/// If a command calls a port that its test does not give, the call is reported by name and throws an error;
/// the other tests go on.
struct UnstubbedTests {
    private final class Calls: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    private func adapters(_ calls: Calls) -> TestAdapters {
        TestAdapters(unstubbed: Unstubbed { calls.add($0) })
    }

    @Test(arguments: [
        (["push", "app", "myapp"], "engine(drawsProgress:)"), (["history", "list"], "history()"),
        (["history", "verify"], "verify(_:progress:)"), (["auth", "status"], "accounts()"),
        (["history", "prune", "--before", "2026-01-01", "--yes"], "prunable(before:)"),
        (["events"], "page(_:after:limit:)"), (["enclave", "list"], "enclaves()"),
    ])
    func `a call of a port that the test does not provide is reported by name`(
        _ words: [String], _ call: String
    ) async {
        let calls = Calls()
        let run = await CommandLineRun(adapters: adapters(calls)).run(words)
        #expect(run.status != .done, "\(run.out)\(run.err)")
        #expect(calls.all.contains(call))
    }

    @Test func `a missing port is not reported if nothing calls it`() async {
        let calls = Calls()
        let run = await CommandLineRun(adapters: adapters(calls))(
            "history", "stats", "--since", "nonsense")
        #expect(run.status == .usage)
        #expect(calls.all == [])
    }

    @Test func `a missing journal throws an error`() async {
        let calls = Calls()
        await #expect(throws: StoreError.self) {
            _ = try await adapters(calls).journal().claim(Sample.push(1).id)
        }
        #expect(calls.all == ["claim(_:)"])
    }
}
