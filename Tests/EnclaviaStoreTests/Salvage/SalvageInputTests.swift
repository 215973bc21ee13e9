import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Files that are written while they are read, that an older program made, or that a killed one left.
struct SalvageInputTests {
    private func salvage(
        _ folder: SalvageFolder, progress: (SalvageStage) throws -> Void
    ) throws -> SalvageSummary {
        var failure: (any Error)?
        let salvager = StoreSalvage(
            system: folder.store.clock, settings: folder.store.settings(busySeconds: 10))
        let summary = try salvager.salvage(folder.file, to: folder.out) {
            do { try progress($0) } catch { failure = error }
        }
        if let failure { throw failure }
        return summary
    }

    private func append(to folder: SalvageFolder) throws {
        let log = try FileHandle(forWritingTo: URL(filePath: folder.file + "-wal"))
        try log.seekToEnd()
        try log.write(contentsOf: Data([0]))
        try log.close()
    }

    private func folder() async throws -> SalvageFolder {
        let fixture = try await SalvageFixture.shared.value
        let folder = try SalvageFolder(fixture.bytes)
        try Data().write(to: URL(filePath: folder.file + "-wal"))
        return folder
    }

    @Test func `a file that is written all the time is not salvaged, and leaves nothing`()
        async throws
    {
        let folder = try await folder()
        #expect(throws: SalvageError.changing(path: folder.file)) {
            _ = try salvage(folder) { stage in
                if case .reading = stage { try append(to: folder) }
            }
        }
        #expect(try folder.contents().keys.sorted() == ["history.db", "history.db-wal"])
    }

    @Test func `a file that is written once meanwhile is read again`() async throws {
        let fixture = try await SalvageFixture.shared.value
        let folder = try await folder()
        var isWritten = false
        let summary = try salvage(folder) { stage in
            guard case .reading = stage, !isWritten else { return }
            isWritten = true
            try Data(fixture.bytes).write(to: URL(filePath: folder.file))
        }
        #expect(isWritten && summary.isWhole && summary.head == fixture.report.head)
    }

    @Test func `a file with a time of the far future or past is salvaged`() async throws {
        let folder = try await folder()
        for seconds in [15_000_000_000, -2_000_000_000] {
            var times = [
                timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0),
            ]
            try #require(utimensat(AT_FDCWD, folder.file, &times, 0) == 0)
            #expect(try folder.salvage().mark?.isEndUnknown == nil, "\(seconds)")
            try FileManager.default.removeItem(atPath: folder.out)
        }
    }

    @Test func `a cancelled salvage leaves nothing`() async throws {
        let folder = try await folder()
        let before = try folder.contents()
        for part in 0..<2 {
            let task = Task {
                try salvage(folder) { stage in
                    switch (part, stage) {
                    case (0, .reading), (1, .writing):
                        withUnsafeCurrentTask { $0?.cancel() }
                    default: break
                    }
                }
            }
            await #expect(throws: SalvageError.store(.cancelled), "\(part)") {
                try await task.value
            }
            #expect(try folder.contents() == before, "\(part)")
        }
    }

    @Test(arguments: 1...Schema.version)
    func `a history of every schema version is salvaged whole, or up to its damage`(
        _ version: Int
    ) throws {
        let store = try TemporaryStore()
        try store.createStore(version: version)
        let old = try store.verified()
        try store.checkpoint()
        let bytes = Array(try Data(contentsOf: URL(filePath: store.paths.database.string)))
        let whole = try SalvageFolder(bytes)
        let summary = try whole.salvage()
        #expect(summary.isWhole && summary.head == old.head && summary.pushes == old.pushes)
        #expect(summary.changedPushes.count == 0, "\(summary.changedPushes)")
        #expect(try whole.salvaged().verified().isIntact == true)

        try store.edit { try $0.execute(sql: "DELETE FROM event WHERE seq = 9") }
        try store.checkpoint()
        let damaged = try SalvageFolder(
            Array(try Data(contentsOf: URL(filePath: store.paths.database.string))))
        let part = try damaged.salvage()
        #expect(part.mark?.sequence == 8 && part.mark?.lost == [[9, 9]], "\(part)")
        #expect(part.pushes == old.pushes && part.lostPushes.count == 0)
        #expect(try damaged.salvaged().verified().isIntact == true)
    }
}
