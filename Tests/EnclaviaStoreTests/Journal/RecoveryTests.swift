import EnclaviaCore
import EnclaviaStore
import Foundation
import Testing

/// Every command that writes first recovers the spool.
struct RecoveryTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// Records a push only in the spool; the store can be written again afterwards.
    private func spool() async throws -> PushRecord {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        let receipt = await SamplePush().record(in: store.journal(), store.clock)
        try FileManager.default.removeItem(atPath: store.paths.database.string)
        return receipt.record
    }

    /// Writes an invalid spool file, which gives a warning.
    private func spoolInvalidFile() throws {
        let directory = store.paths.spools[0].string
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try Data("{}\n".utf8).write(to: URL(filePath: "\(directory)/\(store.clock.newID()).jsonl"))
    }

    @Test func `an import recovers the spool first, so that own pushes count as own`() async throws
    {
        let own = try await spool()
        try spoolInvalidFile()
        var foreign = own
        foreign.revision += 5
        let summary = try await store.importText(JSONText.encode(PushJSON(foreign)))
        #expect(summary.own == 1)
        #expect(summary.warnings.count == 1)
        #expect(try store.history().record(own.id) == own)
    }

    @Test func `a prune recovers the spool first`() async throws {
        let own = try await spool()
        try spoolInvalidFile()
        let summary = try await store.journal().prune(before: Timestamp(milliseconds: 0), host: nil)
        #expect(summary.warnings.count == 1)
        #expect(try store.history().record(own.id) == own)
    }

    @Test func `recording enclaves for completion recovers the spool first`() async throws {
        let own = try await spool()
        try spoolInvalidFile()
        let warnings = try await store.journal().remember([], at: "https://api.example")
        #expect(warnings.count == 1)
        #expect(try store.history().record(own.id) == own)
    }

    @Test func `a step for a push in a store that cannot be read is spooled`() async throws {
        let push = await SamplePush(notify: .pending).record(in: store.journal(), store.clock)
        try store.checkpoint()
        let path = store.paths.database.string
        let sound = try Data(contentsOf: URL(filePath: path))
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: path))
        let notify = NotifyRecord(outcome: .delivered, at: store.clock.now(), attempts: 2)
        let receipt = await store.journal().append([.notified(notify)], to: push.record.id)
        guard case .spool(_, let reason, _) = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
        #expect(reason.contains("damaged"), "\(reason)")

        try sound.write(to: URL(filePath: path))
        _ = try await store.journal().recover()
        #expect(try store.history().record(push.record.id)?.notify == notify)
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    @Test func `a step for an unknown push is not recorded`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let id = store.clock.newID()
        let receipt = await store.journal().append([.tagged(.history)], to: id)
        #expect(receipt.location == .nowhere(reason: "the history has no push \(id)"))
    }
}
