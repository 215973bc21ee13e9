import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// `verify` with checkpoints that were kept outside of the store.
struct CheckpointVerifyTests {
    let store: TemporaryStore
    let journal: StoreJournal
    let checkpoint: Checkpoint

    init() async throws {
        store = try TemporaryStore()
        journal = store.journal()
        for number in 0..<3 {
            await SamplePush(tag: "v\(number)").record(in: journal, store.clock)
        }
        checkpoint = try journal.next(at: store.clock.now())
        _ = try journal.keep(checkpoint)
    }

    private func verify(
        _ checkpoints: Checkpoint..., signature: SignatureResult = .unchecked
    ) throws -> VerifyReport {
        let given = checkpoints.enumerated().map { index, checkpoint in
            GivenCheckpoint(
                file: "cp\(index)", content: .success(checkpoint), signature: signature)
        }
        return try store.history().verify(VerifyOptions(checkpoints: given)) { _ in }
    }

    private func changed(
        chain: ChainID? = nil, sequence: Int64? = nil, head: String? = nil, previous: String? = nil
    ) -> Checkpoint {
        Checkpoint(
            chain: chain ?? checkpoint.chain, sequence: sequence ?? checkpoint.sequence,
            head: head ?? checkpoint.head, time: checkpoint.time, previous: previous)
    }

    private func differences(_ report: VerifyReport) -> [CheckpointDifference] {
        report.differences.listed.compactMap {
            if case .checkpoint(_, let difference) = $0 { difference } else { nil }
        }
    }

    @Test func `a history that has grown or was pruned matches its checkpoint`() async throws {
        #expect(try verify(checkpoint).isIntact == true)
        await SamplePush(tag: "v0").record(in: journal, store.clock)
        let report = try verify(checkpoint)
        #expect(report.isIntact == true)
        #expect(report.checkpoints.map(\.isUnchanged) == [true])
        #expect(report.checkpoints.map(\.isKept) == [true])
        let pruned = try await journal.prune(before: store.clock.now(), host: nil)
        #expect(pruned.events > 0)
        #expect(try verify(checkpoint).isIntact == true)
    }

    @Test func `a checkpoint of another chain, of the future, or with another hash differs`() throws
    {
        let other = ChainID(store.clock.newID())
        let hash = String(repeating: "0", count: 64)
        let newest = checkpoint.sequence
        let cases: [(Checkpoint, CheckpointDifference)] = [
            (
                changed(chain: other),
                .otherChain(expected: other.text, found: checkpoint.chain.text)
            ),
            (
                changed(sequence: newest + 1), .shorter(sequence: newest + 1, newest: newest)
            ),
            (changed(sequence: .max), .shorter(sequence: .max, newest: newest)),
            (
                changed(head: hash),
                .rewritten(sequence: newest, expected: hash, found: checkpoint.head)
            ),
        ]
        for (given, expected) in cases {
            let report = try verify(given)
            #expect(report.isIntact == false)
            #expect(report.differences.listed == [.checkpoint(file: "cp0", expected)])
            #expect(report.checkpoints.map(\.isUnchanged) == [false])
        }
    }

    @Test func `a hash of another event is not the one of the checkpoint's event`() throws {
        let report = try verify(changed(sequence: checkpoint.sequence - 1))
        #expect(report.isIntact == false)
    }

    @Test func `a missing or refused signature is a difference`() throws {
        for (signature, expected) in [
            (SignatureResult.missing(path: "cp0.sig"), .signatureMissing(path: "cp0.sig")),
            (.refused(reason: "no"), .signatureRefused(reason: "no")),
        ] as [(SignatureResult, CheckpointDifference)] {
            let report = try verify(checkpoint, signature: signature)
            #expect(report.isIntact == false)
            #expect(differences(report) == [expected])
        }
        #expect(
            try verify(checkpoint, signature: .valid(identity: "alice")).isIntact == true)
    }

    @Test func `a file without a checkpoint is a difference`() throws {
        let given = GivenCheckpoint(file: "x", content: .failure(.carriageReturn))
        let report = try store.history().verify(VerifyOptions(checkpoints: [given])) { _ in }
        #expect(report.differences.listed == [.checkpoint(file: "x", .malformed(.carriageReturn))])
    }

    @Test func `a checkpoint must not follow one of a later event`() throws {
        let earlier = try store.query { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT seq, lower(hex(hash)) FROM event WHERE seq = 5")
            return try #require(row.map { (sequence: $0[0] as Int64, head: $0[1] as String) })
        }
        let later = changed(
            sequence: earlier.sequence, head: earlier.head, previous: checkpoint.hash)
        let report = try verify(checkpoint, later)
        #expect(
            report.differences.listed == [
                .checkpoint(
                    file: "cp1",
                    .order(sequence: 5, previous: checkpoint.sequence, file: "cp0"))
            ])
        #expect(report.checkpoints.map(\.isUnchanged) == [true, true])
    }

    @Test func `checkpoints that were kept are compared, and unknown ones are marked`() throws {
        let unknown = changed(previous: String(repeating: "1", count: 64))
        let report = try verify(unknown)
        #expect(report.isIntact == true)
        #expect(report.checkpoints.map(\.isKept) == [false])
        #expect(report.checkpoints.map(\.isPreviousKnown) == [false])

        let path = store.paths.checkpoints.string
        let sound = try String(contentsOfFile: path, encoding: .utf8)
        try (sound + "x\n").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(
            try verify(checkpoint).differences.listed
                == [.checkpoint(file: "\(path):2", .damagedLine)])
        try FileManager.default.removeItem(atPath: path)
        #expect(try verify(checkpoint).checkpoints.map(\.isKept) == [nil])
    }

    @Test func `a missing history matches no checkpoint`() throws {
        let empty = try TemporaryStore()
        let given = GivenCheckpoint(file: "x", content: .success(checkpoint))
        let report = try empty.history().verify(VerifyOptions(checkpoints: [given])) { _ in }
        #expect(report.isIntact == false)
        #expect(
            differences(report) == [.otherChain(expected: checkpoint.chain.text, found: nil)])
    }

    @Test func `the store of a newer version is compared with checkpoints, too`() throws {
        try store.edit { try $0.execute(sql: "PRAGMA user_version = 999") }
        #expect(try verify(checkpoint).isIntact == nil)
        #expect(try verify(changed(sequence: 999)).isIntact == false)
    }

    @Test func `a truncated end is found, though the history is consistent`() throws {
        try store.edit { db in
            let last = try String.fetchOne(
                db, sql: "SELECT push_id FROM event ORDER BY seq DESC LIMIT 1")
            try db.execute(sql: "DELETE FROM event WHERE push_id = ?", arguments: [last])
        }
        #expect(
            try differences(verify(checkpoint)).contains {
                if case .shorter = $0 { true } else { false }
            })
    }

    @Test func `an older copy of the store is found by the checkpoints of after`() async throws {
        // Else the journal would go on in the write-ahead log that is removed here.
        await journal.close()
        try store.checkpoint()
        let path = store.paths.database.string
        let old = try Data(contentsOf: URL(filePath: path))
        await SamplePush(tag: "later").record(in: journal, store.clock)
        let later = try journal.next(at: store.clock.now())
        _ = try journal.keep(later)
        #expect(later.sequence > checkpoint.sequence)
        await journal.close()
        #expect(try verify(later).isIntact == true)

        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        try old.write(to: URL(filePath: path))
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
        let expected = CheckpointDifference.shorter(
            sequence: later.sequence, newest: checkpoint.sequence)
        #expect(try differences(verify(later)) == [expected])
        // Who withholds the later checkpoint is found by the kept one.
        #expect(
            try verify(checkpoint).differences.listed == [
                .checkpoint(file: "\(store.paths.checkpoints.string):2", expected)
            ])
    }
}
