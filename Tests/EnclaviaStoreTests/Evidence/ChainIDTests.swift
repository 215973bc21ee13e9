import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

/// The id of the chain, in the store and in its events.
struct ChainIDTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func chain() throws -> String? {
        try store.query {
            try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'chain_id'")
        }
    }

    private func sources() throws -> [String] {
        try store.query {
            try String.fetchAll(
                $0, sql: "SELECT data ->> 'source' FROM event WHERE data IS NOT NULL ORDER BY seq")
        }
    }

    private var logged: [[String: Any]] {
        get throws {
            try String(contentsOfFile: store.paths.eventLog.string, encoding: .utf8)
                .split(separator: "\n").map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    return try #require(object as? [String: Any])
                }
        }
    }

    @Test func `every event of a store names its chain, regardless of its type`() async throws {
        let journal = store.journal()
        await SamplePush().record(in: journal, store.clock)
        await SamplePush(digest: SamplePush.digest(2)).record(in: journal, store.clock)
        try await store.importText(Corpus(count: 5).export)
        _ = try await journal.append(
            .login(AccountEventData(backend: "https://api.example", handle: nil, host: "laptop")))
        _ = try await journal.prune(before: store.clock.now(), host: "laptop")
        let chain = try #require(try chain())
        #expect(PushID(chain) != nil)
        let left = try sources()
        #expect(Set(left) == ["urn:uuid:\(chain)"])
        #expect(Set(try logged.compactMap { $0["source"] as? String }) == ["urn:uuid:\(chain)"])
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    @Test func `two stores have different chain ids, and a copy has that of its original`()
        async throws
    {
        await SamplePush().record(in: store.journal(), store.clock)
        let other = try TemporaryStore()
        await SamplePush().record(in: other.journal(), other.clock)
        let names = try [store, other].map { store in
            try store.query {
                try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'chain_id'")
            }
        }
        #expect(names[0] != names[1])

        try store.checkpoint()
        let copy = try TemporaryStore()
        try FileManager.default.copyItem(
            atPath: store.paths.stateDirectory.string, toPath: copy.paths.stateDirectory.string)
        await SamplePush().record(in: copy.journal(), copy.clock)
        let copied = try copy.query {
            try String.fetchSet($0, sql: "SELECT data ->> 'source' FROM event")
        }
        #expect(copied == ["urn:uuid:\(names[0] ?? "")"])
    }

    @Test func `a spooled event gets its sequence number when it is recovered`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let chain = try #require(try chain())
        let holder = try TemporaryStore.holder(store.paths.database.string)
        try await onThread { try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") } }
        let spooled = await SamplePush(digest: SamplePush.digest(2)).record(
            in: store.journal(busySeconds: 1), store.clock)
        guard case .spool = spooled.location else {
            Issue.record("\(spooled.location)")
            return
        }
        // The log already has the events, with the chain but without a sequence number.
        let early = try logged.filter { $0["subject"] as? String == spooled.record.id.text }
        #expect(early.count == 7)
        #expect(early.allSatisfy { $0["source"] as? String == "urn:uuid:\(chain)" })
        #expect(early.allSatisfy { $0["sequence"] == nil && $0["prevhash"] == nil })
        let seven = CloudEvent.sequenceText(7)
        #expect(early.allSatisfy { $0["spooled"] as? String == seven })
        try await onThread { try holder.inDatabase { try $0.execute(sql: "ROLLBACK") } }

        #expect(try await store.journal().recover().recoveredPushes == [spooled.record.id])
        #expect(Set(try sources()) == ["urn:uuid:\(chain)"])
        let late = try logged.filter { $0["subject"] as? String == spooled.record.id.text }
        #expect(late.count == 14)
        #expect(late.suffix(7).allSatisfy { $0["sequence"] != nil && $0["prevhash"] != nil })
        #expect(late.suffix(7).allSatisfy { $0["spooled"] as? String == seven })
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    @Test func `an event that is spooled before the store exists gets the store's chain id`()
        async throws
    {
        try store.makeStateDirectory()
        let garbage = URL(filePath: store.paths.database.string)
        try Data(repeating: 1, count: 4096).write(to: garbage)
        let spooled = await SamplePush().record(in: store.journal(), store.clock)
        let none = "urn:uuid:00000000-0000-0000-0000-000000000000"
        #expect(Set(try logged.compactMap { $0["source"] as? String }) == [none])
        try FileManager.default.removeItem(at: garbage)
        #expect(try await store.journal().recover().recoveredPushes == [spooled.record.id])
        #expect(Set(try sources()) == ["urn:uuid:\(try #require(try chain()))"])
    }

    /// Applies `change` to the events and recomputes the chain, as anyone could who can write the file.
    private func rewrite(_ change: (Int64, String) -> String) throws {
        try store.edit { db in
            var head = HashChain.origin
            for row in try Row.fetchAll(db, sql: "SELECT seq, data FROM event ORDER BY seq") {
                let sequence: Int64 = row[0]
                let old: String = row[1]
                let prevhash = try #require(old.firstRange(of: #""prevhash":""#)).upperBound
                let end = old.index(prevhash, offsetBy: 64)
                let text = change(
                    sequence,
                    old.replacingCharacters(in: prevhash..<end, with: Hexadecimal.encode(head)))
                let hash = HashChain.dataHash(of: text)
                head = HashChain.link(head, hash)
                try db.execute(
                    sql: "UPDATE event SET data = ?, data_hash = ?, hash = ? WHERE seq = ?",
                    arguments: [text, Data(hash), Data(head), sequence])
            }
        }
    }

    private func difference() throws -> VerifyDifference? {
        try store.history().verify(head: nil) { _ in }.difference
    }

    @Test func `after the first event that names the chain, all events must name it`() async throws
    {
        await SamplePush().record(in: store.journal(), store.clock)
        let source = "urn:uuid:\(try #require(try chain()))"
        let host = "urn:enclavia:host:laptop"
        // Earlier events may be from an older version.
        try rewrite { $0 <= 3 ? $1.replacing(source, with: host) : $1 }
        #expect(try difference() == nil)
        try rewrite { $0 == 5 ? $1.replacing(source, with: host) : $1 }
        #expect(try difference() == .source(sequence: 5))
        try rewrite { $1.replacing(host, with: source) }
        #expect(try difference() == nil)
        let other = "urn:uuid:01a0c450-6c00-7f4b-bd95-bafcf2a4d27b"
        try rewrite { $0 == 6 ? $1.replacing(source, with: other) : $1 }
        #expect(try difference() == .source(sequence: 6))
    }

    @Test(arguments: ["'01a0c450-6c00-7f4b-bd95-bafcf2a4d27b'", "'x'", "value || ' '", "NULL"])
    func `verify finds a changed chain id`(_ value: String) async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        try store.edit {
            let change =
                value == "NULL" ? "DELETE FROM meta" : "UPDATE meta SET value = \(value)"
            try $0.execute(sql: "\(change) WHERE key = 'chain_id'")
        }
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == false)
        // Without a valid chain id the store records nothing, and the push goes to the spool.
        if PushID(value.trimmingCharacters(in: ["'"])) == nil {
            let receipt = await SamplePush().record(in: store.journal(), store.clock)
            guard case .spool = receipt.location else {
                Issue.record("\(receipt.location)")
                return
            }
        }
    }
}
