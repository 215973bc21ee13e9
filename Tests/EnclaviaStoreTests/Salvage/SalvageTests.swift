import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import TestSupport
import Testing

struct SalvageTests {
    let fixture: SalvageFixture

    init() async throws {
        fixture = try await SalvageFixture.shared.value
    }

    private func zeroed(_ page: Int) -> [UInt8] {
        var bytes = fixture.bytes
        let size = SalvageFixture.pageSize
        for place in ((page - 1) * size)..<(page * size) { bytes[place] = 0 }
        return bytes
    }

    private func expectSame(_ new: TemporaryStore, _ title: String) throws {
        let differing = try fixture.differing(new)
        #expect(differing.isEmpty, "\(title): \(differing)")
    }

    @Test func `an intact file is salvaged whole, with its chain`() throws {
        let summary = try #require(try fixture.salvage(fixture.bytes, "intact"))
        #expect(summary.isWhole && summary.changedPushes.count == 0)
        #expect(summary.pushes == fixture.lines.count)
    }

    @Test func `a page of zeros in any table or index loses nothing, or what is lost is named`()
        throws
    {
        let pages = try fixture.pages()
        #expect(pages.count > 40 && pages["event"].map { $0.count > 10 } == true)
        for (name, numbers) in pages.sorted(by: { $0.key < $1.key }) {
            // Of large trees the root, and some of the others.
            let chosen =
                numbers.count < 8
                ? numbers
                : [0, 1, 2, numbers.count / 2, numbers.count - 2, numbers.count - 1].map {
                    numbers[$0]
                }
            for page in chosen {
                let title = "\(name), page \(page)"
                let folder = try SalvageFolder(zeroed(page))
                let summary = try folder.salvage()
                let new = try folder.salvaged()
                try fixture.check(new, summary, title)
                guard ["event", "sqlite_schema"].contains(name) else {
                    #expect(summary.isWhole, "\(title): \(summary)")
                    try expectSame(new, title)
                    continue
                }
                guard let mark = summary.mark else {
                    try expectSame(new, title)
                    continue
                }
                #expect(!mark.isEndUnknown || name == "sqlite_schema", "\(title)")
                #expect(
                    mark.sequence + mark.lostEvents + Int64(mark.unprovenEvents)
                        == Int64(fixture.report.events), "\(title): \(mark)")
                // Each record is the newest in the tables, which are undamaged.
                try expectSame(new, title)
            }
        }
    }

    @Test func `a zeroed header loses no event, and says that later ones may be missing`() throws {
        var bytes = fixture.bytes
        for place in 0..<100 { bytes[place] = 0 }
        let summary = try #require(try fixture.salvage(bytes, "header"))
        #expect(summary.mark == nil && summary.isWhole)
        let first = try #require(try fixture.salvage(zeroed(1), "first page"))
        #expect(first.mark?.sequence == Int64(fixture.report.events))
        #expect(first.mark?.isEndUnknown == true && first.mark?.lostEvents == 0)
        #expect(first.lostPushes.count == 0 && first.pushes == fixture.lines.count)
    }

    @Test(arguments: [0.2, 0.5, 0.8, 0.95, 0.999])
    func `a truncated file gives what is before the cut`(part: Double) throws {
        let count = Int(Double(fixture.bytes.count) * part)
        guard let summary = try fixture.salvage(Array(fixture.bytes.prefix(count)), "\(part)")
        else {
            // The first pages are the roots of all tables and indexes.
            #expect(part == 0.2)
            return
        }
        let mark = try #require(summary.mark)
        #expect(
            mark.isEndUnknown
                || mark.sequence + mark.lostEvents + Int64(mark.unprovenEvents)
                    == Int64(fixture.report.events)
        )
    }

    @Test func `events in the write-ahead log alone are salvaged`() async throws {
        let store = try TemporaryStore()
        let journal = store.journal()
        for tag in ["v1", "v2"] { await SamplePush(tag: tag).record(in: journal, store.clock) }
        let report = try store.history().verify(head: nil) { _ in }
        let folder = try SalvageFolder([])
        for suffix in ["", "-wal"] {
            let name = folder.file + suffix
            try? FileManager.default.removeItem(atPath: name)
            try FileManager.default.copyItem(
                atPath: store.paths.database.string + suffix, toPath: name)
        }
        let before = try folder.contents()
        let summary = try folder.salvage()
        #expect(summary.isWhole && summary.head == report.head && summary.pushes == 2)
        var after = try folder.contents()
        after["new.db"] = nil
        #expect(after == before)

        // SQLite ignores a log from its first damaged frame on.
        let log = URL(filePath: folder.file + "-wal")
        var bytes = try Data(contentsOf: log)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: log)
        try FileManager.default.removeItem(atPath: folder.out)
        let damaged = try folder.salvage()
        #expect(damaged.mark?.isEndUnknown == true)
        await journal.close()
    }

    @Test func `a file that is not a history is an error, and nothing is written`() throws {
        for bytes in [[], Array("hello".utf8), [UInt8](repeating: 0, count: 10_000)] {
            let folder = try SalvageFolder(bytes)
            #expect(throws: SalvageError.nothing(path: folder.file)) { try folder.salvage() }
            #expect(try folder.contents().keys.sorted() == ["history.db"])
        }
        let folder = try SalvageFolder([])
        let queue = try DatabaseQueue(path: folder.file)
        try queue.write {
            try $0.execute(sql: "CREATE TABLE event (a); INSERT INTO event VALUES (1)")
        }
        try queue.close()
        #expect(throws: SalvageError.nothing(path: folder.file)) { try folder.salvage() }
        let missing = folder.store.root + "/missing.db"
        #expect(throws: SalvageError.missing(path: missing)) { try folder.salvage(missing) }
        #expect(throws: SalvageError.self) { try folder.salvage(folder.store.root) }
        #expect(try folder.contents().keys.sorted() == ["history.db"])
    }

    @Test func `an existing file is not replaced, and the new one is private`() throws {
        let folder = try SalvageFolder(fixture.bytes, name: "a b%20c?d#e.db")
        _ = try folder.salvage()
        let mode = try FileManager.default.attributesOfItem(atPath: folder.out)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let before = try folder.contents()
        #expect(throws: SalvageError.exists(path: folder.out)) { try folder.salvage() }
        #expect(try folder.contents() == before)
    }

    @Test func `a salvaged history can be pushed to, salvaged again, and verified`() async throws {
        let page = try #require(try fixture.pages()["event"]?.dropFirst(3).first)
        let folder = try SalvageFolder(zeroed(page))
        let first = try folder.salvage()
        let new = try folder.salvaged()
        await SamplePush(tag: "after").record(in: new.journal(), new.clock)
        try new.expectIntact()
        try new.checkpoint()
        let again = try SalvageFolder(
            Array(try Data(contentsOf: URL(filePath: new.paths.database.string))))
        let second = try again.salvage()
        #expect(second.isWhole && second.chain == first.chain)
        #expect(second.pushes == fixture.lines.count + 1)
        #expect(
            try again.salvaged().verified().salvages.map(\.data)
                == [first.mark])
    }

    @Test func `a noted head from before the damage still verifies`() throws {
        let page = try #require(try fixture.pages()["event"]?.suffix(3).first)
        let folder = try SalvageFolder(zeroed(page))
        let mark = try #require(try folder.salvage().mark)
        let report = try folder.salvaged().verified(head: mark.head)
        #expect(
            report.isIntact == true && report.notedSequence == mark.sequence, "\(mark) \(report)")
        let lost = try folder.salvaged().verified(head: fixture.report.head)
        #expect(lost.isIntact == false)
    }
}
