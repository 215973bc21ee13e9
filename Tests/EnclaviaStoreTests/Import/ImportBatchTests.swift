import EnclaviaCore
import EnclaviaStore
import Foundation
import Synchronization
import Testing

/// How many records a transaction of an import takes. No limit of time counts here.
struct ImportBatchTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func journal(_ change: (inout ImportLimits) -> Void) -> StoreJournal {
        var settings = store.settings(busySeconds: 10)
        settings.importLimits.time = .seconds(600)
        change(&settings.importLimits)
        return StoreJournal(
            paths: store.paths, log: .off, system: store.clock, settings: settings)
    }

    /// - Returns: how many transactions the import took.
    private func batches(of count: Int, in journal: StoreJournal) async throws -> Int {
        let path = store.root + "/records"
        try Corpus(count: count).export.write(toFile: path, atomically: false, encoding: .utf8)
        let counted = Counter()
        let summary = try await journal.importRecords(from: .file(path: path)) { progress in
            if progress.phase == .taking { counted.add() }
        }
        #expect(summary.failure == nil && summary.added == count)
        #expect(try store.history().summary().pushes >= count)
        return counted.value
    }

    @Test func `while no push runs, a transaction takes 3,072 records`() async throws {
        let journal = journal { _ in }
        #expect(try await batches(of: 3_500, in: journal) == 2)
        await journal.close()
    }

    @Test func `while a push runs, a transaction ends sooner`() async throws {
        let journal = journal { $0.timeDuringPush = .zero }
        let other = store.journal(log: .off)
        let entry = await SamplePush().begin(in: other, store.clock)
        // A window of lines at a time.
        #expect(try await batches(of: 1_280, in: journal) == 10)
        await entry.close()
        await other.close()
        await journal.close()
    }

    @Test func `a transaction ends after 8 MiB of lines`() async throws {
        let journal = journal { $0.bytes = 1 }
        #expect(try await batches(of: 1_280, in: journal) == 5)
        await journal.close()
    }

    @Test func `the time of a transaction is limited`() async throws {
        let journal = journal { $0.time = .zero }
        #expect(try await batches(of: 1_280, in: journal) == 10)
        await journal.close()
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
