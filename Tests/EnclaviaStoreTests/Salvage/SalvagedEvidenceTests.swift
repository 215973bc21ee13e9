import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Evidence that was kept elsewhere before a history was damaged, against what was salvaged of it.
struct SalvagedEvidenceTests {
    /// What was kept.
    private let early: Checkpoint
    private let late: Checkpoint
    private let log: [String]
    /// What was salvaged, without an event after the first checkpoint.
    private let salvaged: TemporaryStore
    private let mark: SalvageEventData

    init() async throws {
        let store = try TemporaryStore()
        let journal = store.journal()
        var checkpoints: [Checkpoint] = []
        for number in 0..<4 {
            await SamplePush(tag: "v\(number)").record(in: journal, store.clock)
            if number != 2 { checkpoints.append(try journal.next(at: store.clock.now())) }
        }
        await journal.close()
        (early, late) = (checkpoints[0], checkpoints[2])
        let broken = checkpoints[1].sequence + 1
        log = try store.query {
            try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq")
        }
        try store.edit { try $0.execute(sql: "DELETE FROM event WHERE seq = \(broken)") }
        try store.checkpoint()
        let folder = try SalvageFolder(
            Array(try Data(contentsOf: URL(filePath: store.paths.database.string))))
        let data = try folder.salvage().mark
        mark = try #require(data)
        try #require(mark.sequence == broken - 1)
        salvaged = try folder.salvaged()
    }

    private func verify(_ checkpoint: Checkpoint) throws -> VerifyReport {
        let given = GivenCheckpoint(file: "kept", content: .success(checkpoint))
        return try salvaged.history().verify(VerifyOptions(checkpoints: [given])) { _ in }
    }

    private func compare(_ lines: [String]) throws -> LogComparison {
        let path = "\(salvaged.root)/log.jsonl"
        try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
        return try salvaged.history().compare([
            EventLogSource(file: "log.jsonl", source: .file(path: path))
        ]) { _ in }
    }

    @Test func `a checkpoint of an event that was kept still matches`() throws {
        let report = try verify(early)
        #expect(report.isIntact == true && report.checkpoints.map(\.isUnchanged) == [true])
        let changed = Checkpoint(
            chain: early.chain, sequence: early.sequence, head: late.head, time: early.time,
            previous: nil)
        #expect(try verify(changed).isIntact == false)
    }

    @Test func `a checkpoint of an event that was lost shows how much was kept`() throws {
        let report = try verify(late)
        #expect(
            report.differences.listed == [
                .checkpoint(
                    file: "kept", .shorter(sequence: late.sequence, newest: mark.sequence))
            ])
    }

    @Test func `the next checkpoint follows one of an event that was kept`() async throws {
        let journal = salvaged.journal()
        _ = try journal.keep(early)
        let next = try journal.next(at: salvaged.clock.now())
        #expect(next.chain.text != early.chain.text && next.previous == early.hash)
        _ = try journal.keep(next)
        #expect(try verify(next).isIntact == true)
        await journal.close()
    }

    @Test func `lines of events that were kept match, and those that were lost are named`() throws {
        let kept = try compare(Array(log.prefix(Int(mark.sequence))))
        #expect(kept.matched == Int(mark.sequence) && kept.differences.count == 0)
        let all = try compare(log)
        #expect(all.matched == Int(mark.sequence) && all.otherChains == 0)
        #expect(all.differences.count == log.count - Int(mark.sequence))
        #expect(all.differences.listed.allSatisfy { $0.kind == .lost })
        #expect(all.differences.listed.first?.sequence == mark.sequence + 1)
    }

    @Test func `an edited line of the chain before differs`() throws {
        let edited = log[0].replacing("alice", with: "mallory")
        try #require(edited != log[0])
        let found = try compare([edited] + log[1..<Int(mark.sequence)])
        #expect(found.differences.listed.map(\.kind) == [.event])
    }

    @Test func `lines of the chain that began then match`() async throws {
        let journal = salvaged.journal()
        await SamplePush(tag: "after").record(in: journal, salvaged.clock)
        await journal.close()
        let lines = try salvaged.query {
            try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq")
        }
        let found = try compare(lines)
        #expect(found.matched == lines.count && found.differences.count == 0)
    }
}
