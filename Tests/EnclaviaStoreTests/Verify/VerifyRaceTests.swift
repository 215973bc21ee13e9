import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

/// `verify` during commands that write.
struct VerifyRaceTests {
    private static let rounds = StoreRounds.number(60, soak: 1_000)

    @Test func `verify reports no false difference during pushes, imports and prunes`() async throws
    {
        let store = try TemporaryStore()
        await SamplePush().record(in: store.journal(), store.clock)
        let writing = Task {
            let journal = store.journal()
            var number = 0
            while !Task.isCancelled {
                number += 1
                await SamplePush(
                    repository: "app\(number % 5)", tag: "v\(number % 3)",
                    digest: SamplePush.digest(number), labels: ["city": "Zu\u{308}rich"]
                ).record(in: journal, store.clock)
            }
            await journal.close()
        }
        let taking = Task {
            var seed: UInt64 = 0
            do {
                while !Task.isCancelled {
                    seed += 1
                    try await store.importText(try Corpus(count: 20, seed: seed).export)
                    let journal = store.journal()
                    _ = try await journal.prune(before: store.clock.now(), host: "laptop")
                    await journal.close()
                }
            } catch ImportError.cancelled, ImportError.store(.cancelled), StoreError.cancelled {
            }
        }
        for _ in 0..<Self.rounds {
            let report = try await onThread { try store.history().verify(head: nil) { _ in } }
            #expect(report.isIntact == true, "\(String(describing: report.difference))")
            if report.isIntact != true { break }
        }
        writing.cancel()
        taking.cancel()
        await writing.value
        try await taking.value
    }
}
