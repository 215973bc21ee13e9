import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Steps that are added to several pushes at once, as `notify` does.
struct JournalAppendTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    /// Ended pushes whose notification is pending, recorded by another process.
    private func pending(_ count: Int) async -> [PushID] {
        let journal = store.journal(log: .off)
        var ids: [PushID] = []
        for number in 1...count {
            let push = SamplePush(tag: "v\(number)", notify: .pending)
            ids.append(await push.record(in: journal, store.clock).record.id)
        }
        await journal.close()
        return ids
    }

    private var delivered: PushStep {
        .notified(NotifyRecord(outcome: .delivered, at: store.clock.now(), attempts: 2))
    }

    /// Adds a step to each push, all of them while another program keeps the store locked.
    private func appendBehindLock(
        _ ids: [PushID], _ journal: StoreJournal, for duration: Duration
    ) async throws -> [PushReceipt] {
        let other = try TemporaryStore.holder(store.paths.database.string)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let release = Task {
            try await Task.sleep(for: duration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        }
        let step = delivered
        let receipts = await withTaskGroup(of: PushReceipt.self) { group in
            for id in ids { group.addTask { await journal.append([step], to: id) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try await release.value
        return receipts
    }

    /// The number of transactions in the write-ahead log: its frames that end one have the size of the database
    /// after it (SQLite file format, 4.1).
    private func transactions() throws -> Int {
        let wal = try Data(contentsOf: URL(filePath: store.paths.database.string + "-wal"))
        let bytes = [UInt8](wal)
        let page = Int(bytes[8]) << 24 | Int(bytes[9]) << 16 | Int(bytes[10]) << 8 | Int(bytes[11])
        let salt = bytes[16..<24]
        return stride(from: 32, to: bytes.count, by: 24 + page).count { frame in
            bytes[frame + 8..<frame + 16].elementsEqual(salt)
                && !bytes[frame + 4..<frame + 8].allSatisfy { $0 == 0 }
        }
    }

    @Test func `steps that wait for the store share a transaction`() async throws {
        let ids = await pending(21)
        let journal = store.journal()
        // Recovers first, by itself.
        _ = await journal.append([delivered], to: ids[20])
        let before = try transactions()
        let receipts = try await appendBehindLock(
            Array(ids.prefix(20)), journal, for: .milliseconds(500))
        #expect(try transactions() - before <= 10, "20 steps")
        await journal.close()
        #expect(receipts.map(\.location) == Array(repeating: .store, count: 20))
        #expect(Set(receipts.map(\.record.id)) == Set(ids.prefix(20)))
        for receipt in receipts {
            #expect(try store.history().record(receipt.record.id) == receipt.record)
            #expect(receipt.record.notify.outcome == .delivered)
        }
        let events = try store.query {
            try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq DESC LIMIT 21")
        }
        #expect(try store.lines(store.paths.eventLog.string).suffix(21) == events.reversed())
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }

    /// Looking it up reads all later pushes. It would find the time that another program gave to the first push.
    @Test func `a step after the digest does not look up the place of the push`() async throws {
        let ids = await pending(2)
        let place = { (id: PushID) in
            try store.query {
                try String.fetchOne(
                    $0, sql: "SELECT effective_at FROM push WHERE id = ?", arguments: [id.text])
            }
        }
        let before = try #require(try place(ids[1]))
        try store.edit {
            try $0.execute(
                sql: "UPDATE push SET effective_at = '2040-01-01T00:00:00.000Z' WHERE id = ?",
                arguments: [ids[0].text])
        }
        let receipt = await store.journal().append([delivered], to: ids[1])
        #expect(receipt.record.notify.outcome == .delivered)
        #expect(try place(ids[1]) == before)
    }

    @Test func `a step of a push that the history does not have keeps no other from it`()
        async throws
    {
        let ids = await pending(9)
        let journal = store.journal()
        _ = await journal.append([delivered], to: ids[8])
        let foreign = PushID(at: store.clock.now(), random: (1, 2))
        let receipts = try await appendBehindLock(
            Array(ids.prefix(8)) + [foreign], journal, for: .milliseconds(300))
        await journal.close()
        let missing = receipts.filter { $0.location != .store }
        #expect(
            missing.map(\.location) == [.nowhere(reason: "the history has no push \(foreign)")])
        for id in ids { #expect(try store.history().record(id)?.notify.outcome == .delivered) }
    }

    @Test func `a record that cannot be read keeps no other step from the history`() async throws {
        let ids = await pending(9)
        try store.edit {
            try $0.execute(
                sql: """
                    UPDATE push_json SET json = '{' WHERE num = (SELECT num FROM push WHERE id = ?)
                    """, arguments: [ids[3].text])
        }
        let journal = store.journal()
        _ = await journal.append([delivered], to: ids[8])
        let receipts = try await appendBehindLock(
            Array(ids.prefix(8)), journal, for: .milliseconds(300))
        await journal.close()
        #expect(receipts.count { $0.location == .store } == 7)
        for id in ids where id != ids[3] {
            #expect(try store.history().record(id)?.notify.outcome == .delivered)
        }
    }

    @Test func `steps that waited for a locked store together do not wait once more each`()
        async throws
    {
        let ids = await pending(13)
        let journal = store.journal(busySeconds: 1)
        _ = await journal.append([delivered], to: ids[12])
        let receipts = try await appendBehindLock(
            Array(ids.prefix(12)), journal, for: .seconds(6))
        // The first, and then the others together; each by itself would take 12 s, and the lock ends sooner.
        #expect(receipts.count { $0.location != .store } == 12)
        let events = try store.lines(store.paths.eventLog.string).suffix(12)
        #expect(events.allSatisfy { $0.contains("\"reference\":\"registry.example") })
        await journal.close()
        _ = try await store.journal().recover()
        for id in ids { #expect(try store.history().record(id)?.notify.outcome == .delivered) }
    }
}
