import EnclaviaCore
import EnclaviaStore
import EnclaviaSystem
import Foundation
import Testing

/// Another command's recovery does not touch a running push.
struct LivePushTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `pushes that begin during another command's recovery keep their locks`() async throws
    {
        await SamplePush(tag: "first").record(in: store.journal(), store.clock)
        let sweeper = Task { [store] in
            let journal = store.journal()
            do throws(StoreError) {
                while !Task.isCancelled { _ = try await journal.recover() }
            } catch {
                // A cancelled recovery throws this error.
                guard error == .cancelled else { throw error }
            }
            await journal.close()
        }
        let entries = await withTaskGroup(of: (any PushEntry).self) { group in
            for number in 0..<60 {
                group.addTask { [store] in
                    await SamplePush(tag: "v\(number)").begin(in: store.journal(), store.clock)
                }
            }
            var entries: [any PushEntry] = []
            for await entry in group { entries.append(entry) }
            return entries
        }
        for entry in entries {
            #expect(FileLock.isHeld(store.paths.lock(of: entry.id.text)), "\(entry.id)")
            #expect(await entry.location == .store)
        }
        sweeper.cancel()
        try await sweeper.value
        #expect(try await store.journal().recover().interrupted.isEmpty)
        for entry in entries { await entry.close() }
    }

    @Test func `recovery keeps the spool file of a running push, even without a line`() async throws
    {
        let entry = await SamplePush().begin(in: store.journal(), store.clock)
        let directory = store.paths.spools[0].string
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        let path = "\(directory)/\(entry.id).jsonl"
        try Data().write(to: URL(filePath: path))
        _ = try await store.journal().recover()
        #expect(FileManager.default.fileExists(atPath: path))
        await entry.close()
        _ = try await store.journal().recover()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a push waits for a spool file that another process is recovering`() async throws {
        try store.makeStateDirectory()
        try Data(repeating: 1, count: 4096).write(to: URL(filePath: store.paths.database.string))
        let journal = store.journal()
        let id = store.clock.newID()
        let directory = store.paths.spools[0]
        try FileManager.default.createDirectory(
            atPath: directory.string, withIntermediateDirectories: true)
        let path = directory.appending("\(id).jsonl")
        let lock = try #require(try FileLock.acquire(path, until: Deadline(after: .seconds(1))))
        async let entry = journal.begin(id, SamplePush().started(store.clock.now()))
        try await Task.sleep(for: .milliseconds(300))
        lock.release(removing: true)
        #expect(await entry.location.isSpool)
        #expect(try store.lines(path.string).count == 1)
        await entry.close()
    }
}

extension RecordLocation {
    fileprivate var isSpool: Bool {
        if case .spool = self { true } else { false }
    }
}
