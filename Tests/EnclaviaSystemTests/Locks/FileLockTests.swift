import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

struct FileLockTests {
    private let folder: Folder
    private var path: FilePath { FilePath(folder.path).appending("lock") }

    init() throws {
        folder = try Folder()
    }

    /// Counts how many tasks hold a lock at once.
    private final class Watch: Sendable {
        private let state = Mutex((holders: 0, most: 0))

        var most: Int { state.withLock { $0.most } }
        func enter() {
            state.withLock {
                $0.holders += 1
                $0.most = max($0.most, $0.holders)
            }
        }
        func leave() { state.withLock { $0.holders -= 1 } }
    }

    @Test func `a lock whose file others remove has one holder at a time`() async throws {
        let (path, watch) = (path, Watch())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await onThread {
                        for _ in 0..<1500 {
                            let lock = try #require(
                                try FileLock.acquire(path, until: Deadline(after: .seconds(30))))
                            watch.enter()
                            #expect(FileLock.tryAcquire(existing: path) == nil)
                            watch.leave()
                            lock.release(removing: true)
                        }
                    }
                }
            }
            group.addTask {
                try await onThread {
                    for _ in 0..<5000 {
                        FileLock.tryAcquire(existing: path)?.release(removing: true)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(watch.most == 1)
    }

    @Test func `the holder of a lock has the file that is at the path`() async throws {
        let path = path
        let sweeper = Task {
            try await onThread {
                for _ in 0..<20_000 {
                    FileLock.tryAcquire(existing: path)?.release(removing: true)
                }
            }
        }
        try await onThread {
            for _ in 0..<2000 {
                let lock = try #require(
                    try FileLock.acquire(path, until: Deadline(after: .seconds(30))))
                #expect(FileLock.isHeld(path))
                lock.release(removing: false)
            }
        }
        try await sweeper.value
    }

    @Test func `a short check of a lock does not make it unavailable`() async throws {
        let path = path
        let looker = Task {
            try await onThread { for _ in 0..<20_000 { _ = FileLock.isHeld(path) } }
        }
        try await onThread {
            for _ in 0..<2000 {
                try #require(try FileLock.acquire(path, until: Deadline(after: .seconds(1))))
                    .release(removing: false)
            }
        }
        try await looker.value
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `another user's file is locked only if any owner is allowed`() throws {
        let lock = try #require(try FileLock.attempt(path))
        lock.release(removing: false)
        #expect(path.withPlatformString { chown($0, 12_345, 12_345) } == 0)
        #expect(throws: FileFault(path, ownership: .otherOwner(uid: 12_345))) {
            try FileLock.attempt(path)
        }
        let held = try #require(try FileLock.attempt(path, of: .anyone))
        #expect(FileLock.isHeld(path))
        held.release(removing: false)
    }

    @Test func `a wait until the deadline gets no lock, and the file remains`() throws {
        let held = try #require(try FileLock.attempt(path))
        #expect(try FileLock.acquire(path, until: Deadline(after: .milliseconds(20))) == nil)
        held.release(removing: false)
        #expect(try FileLock.acquire(path, until: Deadline(after: .zero)) != nil)
    }

    @Test func `a symbolic link is never locked`() throws {
        let target = FilePath(folder.path).appending("target")
        #expect(symlink(target.string, path.string) == 0)
        #expect(throws: FileFault(path, ownership: .symbolicLink)) { try FileLock.attempt(path) }
        #expect(target.status == nil)
    }
}
