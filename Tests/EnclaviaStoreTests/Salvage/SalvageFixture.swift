import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

/// A history with everything that a file can have, and copies of it that a test damages.
final class SalvageFixture: Sendable {
    static let shared = Task { try await SalvageFixture() }

    /// The whole file, with an empty write-ahead log.
    let bytes: [UInt8]
    let report: VerifyReport
    let chain: String
    /// The export lines of all pushes, by id.
    let lines: [String: String]
    /// The event texts, by number; pruned ones are missing.
    let events: [Int64: String]
    static let pageSize = 4096

    private init() async throws {
        let store = try TemporaryStore()
        let journal = store.journal()
        for number in 0..<24 {
            let long = String(repeating: "long text \(number) ", count: number % 6 == 0 ? 900 : 1)
            await SamplePush(
                repository: "app\(number % 5)", tag: "v\(number % 7)",
                digest: SamplePush.digest(number), labels: ["note": long],
                outcome: number % 9 == 8 ? .failed : .succeeded
            ).record(in: journal, store.clock)
            if number == 9 {
                _ = try await journal.prune(before: store.clock.now(), host: "laptop")
            }
        }
        await journal.close()
        try await store.importText(Corpus(count: 40).export)
        try await store.locked { journal in
            await SamplePush(tag: "spooled").record(in: journal, store.clock)
            await journal.close()
        }
        let last = store.journal()
        for number in 24..<34 {
            await SamplePush(
                repository: "late", tag: "v\(number)", digest: SamplePush.digest(number)
            )
            .record(in: last, store.clock)
        }
        _ = await SamplePush(tag: "unfinished").begin(in: last, store.clock)
        await last.close()
        try store.edit {
            try $0.execute(
                sql: "INSERT INTO enclave VALUES ('e', 'n', 'b', '2026-01-01T00:00:00.000Z')")
        }
        try store.checkpoint()
        report = try store.history().verify(head: nil) { _ in }
        try #require(report.isIntact == true, "\(String(describing: report.difference))")
        bytes = Array(try Data(contentsOf: URL(filePath: store.paths.database.string)))
        chain = try #require(
            try store.query {
                try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'chain_id'")
            })
        // In a copy, no process holds the lock of the unfinished push.
        let copy = try TemporaryStore()
        try copy.makeStateDirectory()
        try Data(bytes).write(to: URL(filePath: copy.paths.database.string))
        var lines: [String: String] = [:]
        for line in try withExtendedLifetime(copy, { try copy.exported() }) {
            lines[try #require(Self.id(of: line))] = line
        }
        self.lines = lines
        events = try store.query { db in
            Dictionary(
                uniqueKeysWithValues: try Row.fetchAll(
                    db, sql: "SELECT seq, data FROM event WHERE data IS NOT NULL"
                ).map { ($0[0] as Int64, $0[1] as String) })
        }
    }

    static func id(of line: String) -> String? {
        line.firstRange(of: #","id":""#).map { String(line[$0.upperBound...].prefix(36)) }
    }

    /// The pages of each table and index of the history, by name.
    func pages() throws -> [String: [Int]] {
        let folder = try SalvageFolder(bytes)
        let queue = try DatabaseQueue(path: folder.file)
        let roots = try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0")
                .map { ($0[0] as String, $0[1] as Int) }
        }
        try queue.close()
        var pages = ["sqlite_schema": tree(1)]
        for (name, root) in roots { pages[name] = tree(root) }
        return pages
    }

    /// The pages of a b-tree, the root first.
    private func tree(_ root: Int) -> [Int] {
        let page = Array(bytes[((root - 1) * Self.pageSize)..<(root * Self.pageSize)])
        let start = root == 1 ? 100 : 0
        guard page[start] == 2 || page[start] == 5 else { return [root] }
        func number(_ place: Int) -> Int { page[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let count = Int(page[start + 3]) << 8 | Int(page[start + 4])
        let children =
            (0..<count).map { index in
                let pointer = start + 12 + 2 * index
                return number(Int(page[pointer]) << 8 | Int(page[pointer + 1]))
            } + [number(start + 8)]
        return [root] + children.flatMap(tree)
    }
}

extension TemporaryStore {
    /// Verifies the history; the directory is there until the end.
    func verified(head: String? = nil) throws -> VerifyReport {
        try withExtendedLifetime(self) { try history().verify(head: head) { _ in } }
    }
}

/// A directory with a damaged file.
struct SalvageFolder {
    let store: TemporaryStore
    let name: String

    init(_ bytes: [UInt8], name: String = "history.db") throws {
        store = try TemporaryStore()
        self.name = name
        try Data(bytes).write(to: URL(filePath: store.root + "/" + name))
    }

    var file: String { store.root + "/" + name }
    var out: String { store.root + "/new.db" }

    func salvage(_ file: String? = nil, to out: String? = nil) throws -> SalvageSummary {
        try StoreSalvage(system: store.clock, settings: store.settings(busySeconds: 10))
            .salvage(file ?? self.file, to: out ?? self.out) { _ in }
    }

    /// What is in the directory, by name.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: store.root) {
            let path = store.root + "/" + name
            contents[name] = try Data(contentsOf: URL(filePath: path))
        }
        return contents
    }

    /// The new file as a history of its own.
    func salvaged() throws -> TemporaryStore {
        let other = try TemporaryStore()
        try other.makeStateDirectory()
        try FileManager.default.copyItem(atPath: out, toPath: other.paths.database.string)
        return other
    }
}

extension SalvageFixture {
    /// Salvages damaged bytes, and checks what holds for every damage: the file is unchanged, the new history
    /// verifies, its first events are those of the original, and so is each record.
    ///
    /// - Returns: `nil` if the file has nothing of a history.
    @discardableResult
    func salvage(_ bytes: [UInt8], _ name: String) throws -> SalvageSummary? {
        let folder = try SalvageFolder(bytes)
        let before = try folder.contents()
        let summary: SalvageSummary
        do {
            summary = try folder.salvage()
        } catch SalvageError.nothing {
            #expect(try folder.contents() == before, "\(name)")
            return nil
        }
        var after = try folder.contents()
        #expect(after.removeValue(forKey: "new.db") != nil, "\(name)")
        #expect(after == before, "\(name)")
        try check(try folder.salvaged(), summary, name)
        return summary
    }

    func check(_ new: TemporaryStore, _ summary: SalvageSummary, _ name: String) throws {
        let found = try new.history().verify(head: nil) { _ in }
        #expect(found.isIntact == true, "\(name): \(String(describing: found.difference))")
        #expect(found.pushes == summary.pushes && found.head == summary.head, "\(name)")
        if let mark = summary.mark {
            #expect(found.salvages.last?.data == mark, "\(name)")
            #expect(mark.chain == chain || mark.sequence == 0 || mark.chain == nil, "\(name)")
            #expect(summary.chain != chain, "\(name)")
        } else {
            #expect(found.salvages.isEmpty && summary.chain == chain, "\(name)")
            #expect(found.head == report.head && found.events == report.events, "\(name)")
        }
        let kept = summary.mark?.sequence ?? Int64(found.events)
        let texts = try new.query { db in
            try Row.fetchAll(
                db, sql: "SELECT seq, data FROM event WHERE data IS NOT NULL AND seq <= ?",
                arguments: [kept]
            ).map { ($0[0] as Int64, $0[1] as String) }
        }
        for (sequence, text) in texts {
            #expect(events[sequence]?.utf8.elementsEqual(text.utf8) == true, "\(name): \(sequence)")
        }
        #expect(texts.count == events.keys.count { $0 <= kept }, "\(name)")
        for line in try withExtendedLifetime(new, { try new.exported() }) {
            let id = Self.id(of: line) ?? ""
            #expect(lines[id] != nil, "\(name): push \(id) was not in the original")
        }
    }

    /// The pushes of a new history whose record is not that of the original.
    func differing(_ new: TemporaryStore) throws -> [String] {
        var differing: [String] = []
        var found: Set<String> = []
        // A store that is released removes its directory.
        for line in try withExtendedLifetime(new, { try new.exported() }) {
            let id = Self.id(of: line) ?? ""
            found.insert(id)
            if lines[id]?.utf8.elementsEqual(line.utf8) != true { differing.append(id) }
        }
        return differing + lines.keys.filter { !found.contains($0) }
    }
}
