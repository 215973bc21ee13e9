import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Somebody who can write to the store rewrites its past: changes events, and has this program compute the chain and
/// the tables anew, by taking the changed events in from a spool. Only a checkpoint shows it.
struct RewriteTests {
    private let store: TemporaryStore
    /// The database before the first event.
    private let empty: Data
    private let path: String
    private static let rounds = StoreRounds.number(250, soak: 1_000)

    init() throws {
        store = try TemporaryStore()
        path = store.paths.database.string
        try store.opening().open().close()
        try store.checkpoint()
        empty = try Data(contentsOf: URL(filePath: path))
    }

    private func texts() throws -> [String] {
        try store.query { try String.fetchAll($0, sql: "SELECT data FROM event ORDER BY seq") }
    }

    /// Makes the store anew from these events, with the same chain.
    private func rebuild(_ texts: [String]) async throws {
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        try empty.write(to: URL(filePath: path))
        let spool = "\(store.root)/state/spool"
        try FileManager.default.createDirectory(
            atPath: spool, withIntermediateDirectories: true)
        try texts.map { "\($0)\n" }.joined().write(
            toFile: "\(spool)/\(store.clock.newID().text).jsonl", atomically: false,
            encoding: .utf8)
        let journal = store.journal(log: .off)
        let summary = try await journal.recover()
        #expect(summary.warnings.isEmpty)
        await journal.close()
    }

    @Test func `every rewrite of a prefix that has a checkpoint is found`() async throws {
        let journal = store.journal(log: .off)
        for number in 0..<8 {
            await SamplePush(
                repository: "app\(number % 3)", tag: "v\(number % 2)",
                digest: SamplePush.digest(number),
                outcome: number % 4 == 3 ? .failed : .succeeded
            ).record(in: journal, store.clock)
        }
        await journal.close()
        try await rebuild(try texts())
        let original = try texts()
        #expect(original.count > 35)
        // A rewrite that changes nothing gives the same bytes: the recomputation is right.
        try await rebuild(original)
        #expect(try texts() == original)

        let head = try store.query {
            try String.fetchOne($0, sql: "SELECT lower(hex(hash)) FROM event WHERE seq = 30")
        }
        let chain = try store.query {
            try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'chain_id'")
        }
        let checkpoint = Checkpoint(
            chain: try #require(chain.flatMap { ChainID($0) }), sequence: 30,
            head: try #require(head), time: store.clock.now(), previous: nil)
        let options = VerifyOptions(checkpoints: [
            GivenCheckpoint(file: "checkpoint", content: .success(checkpoint))
        ])
        #expect(try store.history().verify(options) { _ in }.isIntact == true)

        let seed = UInt64.random(in: 0 ... .max)
        print("the seed of the rewrites is \(seed)")
        var generator = SeededRandom(seed: seed)
        var otherwiseIntact: [Rewrite: Int] = [:]
        for _ in 0..<Self.rounds {
            let rewrite = generator.pick(Rewrite.allCases)
            let rewritten = try rewrite.make(original, before: 30, &generator)
            try await rebuild(rewritten)
            #expect(try texts() != original, "\(rewrite), seed \(seed)")
            let report = try store.history().verify(options) { _ in }
            let found = report.differences.listed.filter {
                if case .checkpoint("checkpoint", .rewritten(30, _, _)) = $0 { true } else { false }
            }
            #expect(found.count == 1, "\(rewrite), seed \(seed)")
            if report.differences.count == found.count { otherwiseIntact[rewrite, default: 0] += 1 }
        }
        print("intact without the checkpoint: \(otherwiseIntact)")
        // Else a broken chain could have been found, not the rewrite.
        #expect(otherwiseIntact.values.reduce(0, +) > Self.rounds * 9 / 10)
        #expect(otherwiseIntact.count == Rewrite.allCases.count)
    }
}

/// One change of the past.
private enum Rewrite: CaseIterable {
    case label, digest, commit, time, user, identifier, droppedPush, swappedPushes, forgedPush

    /// - Parameter before: the number of events, from the first, of which one at least is changed.
    func make(
        _ texts: [String], before end: Int, _ generator: inout SeededRandom
    ) throws -> [String] {
        let hex = String(generator.next(), radix: 16)
        switch self {
        case .label:
            return try replace(
                "\"team\":\"blue\"", "\"team\":\"\(hex)\"", in: texts, end, &generator)
        case .commit:
            return try replace(
                "\"git_commit\":\"def456\"", "\"git_commit\":\"\(hex)\"", in: texts, end,
                &generator)
        case .user:
            return try replace(
                "\"user\":\"alice\"", "\"user\":\"\(hex)\"", in: texts, end, &generator)
        case .digest:
            let old = SamplePush.digest(generator.roll(3)).description
            let new = Digest(of: Array(hex.utf8)).description
            return texts.map { $0.replacing(old, with: new) }
        case .time:
            // Of an event; a push's own times stay.
            let index = generator.roll(end)
            var texts = texts
            let time = try #require(texts[index].firstMatch(of: #/"time":"([^"]+)"/#)).1
            let moment = try #require(Timestamp(time)).adding(
                milliseconds: Int64(1 + generator.roll(900)))
            texts[index].replace("\"time\":\"\(time)\"", with: "\"time\":\"\(moment)\"")
            return texts
        case .identifier:
            let index = generator.roll(end)
            var texts = texts
            texts[index] = renamed(texts[index], &generator)
            return texts
        case .droppedPush:
            let pushes = pushes(of: texts)
            let dropped = pushes[generator.roll(3)]
            return texts.filter { !$0.contains(dropped) }
        case .swappedPushes:
            let pushes = pushes(of: texts)
            let first = generator.roll(3)
            let groups = pushes.map { push in texts.filter { $0.contains(push) } }
            var order = Array(groups.indices)
            order.swapAt(first, first + 1 + generator.roll(2))
            return order.flatMap { groups[$0] }
        case .forgedPush:
            let pushes = pushes(of: texts)
            let model = pushes[generator.roll(4)]
            let index = try #require(texts.firstIndex { $0.contains(model) })
            let id = Self.newID(&generator)
            let forged = texts.filter { $0.contains(model) }.map {
                renamed($0.replacing(model, with: id), &generator)
            }
            return Array(texts[..<index]) + forged + texts[index...]
        }
    }

    /// Replaces a text in one of the events that have it.
    private func replace(
        _ old: String, _ new: String, in texts: [String], _ end: Int,
        _ generator: inout SeededRandom
    ) throws -> [String] {
        let candidates = texts.indices.prefix(end).filter { texts[$0].contains(old) }
        try #require(!candidates.isEmpty, "\(self)")
        var texts = texts
        texts[generator.pick(Array(candidates))].replace(old, with: new)
        return texts
    }

    /// The ids of the pushes, in the order of their first events.
    private func pushes(of texts: [String]) -> [String] {
        var found: [String] = []
        for text in texts {
            if let id = text.firstMatch(of: #/"subject":"([^"]+)"/#)?.1, !found.contains(String(id))
            {
                found.append(String(id))
            }
        }
        return found
    }

    /// The event with another id of its own.
    private func renamed(_ text: String, _ generator: inout SeededRandom) -> String {
        text.replacing(#/"id":"[^"]+","prevhash"/#) { _ in
            "\"id\":\"\(Self.newID(&generator))\",\"prevhash\""
        }
    }

    private static func newID(_ generator: inout SeededRandom) -> String {
        PushID(
            at: Timestamp(milliseconds: 1_785_000_000_000),
            random: (generator.next(), generator.next())
        ).text
    }
}
