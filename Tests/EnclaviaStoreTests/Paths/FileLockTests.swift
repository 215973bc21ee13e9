import EnclaviaStore
import Foundation
import Synchronization
import SystemPackage
import Testing

struct FileLockTests {
    let store: TemporaryStore
    private var path: FilePath { FilePath(store.root).appending("lock") }

    init() throws {
        store = try TemporaryStore()
    }

    /// Counts how many hold a lock at once.
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

    @Test func `a lock whose file others sweep away is held by one at a time`() async throws {
        let (path, watch) = (path, Watch())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await onThread {
                        for _ in 0..<1500 {
                            let lock = try FileLock.acquire(path, seconds: 30)
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

    @Test func `whoever holds a lock holds the file that has the name`() async throws {
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
                let lock = try FileLock.acquire(path, seconds: 30)
                #expect(FileLock.isHeld(path))
                lock.release(removing: false)
            }
        }
        try await sweeper.value
    }

    @Test func `a look at a lock that lasts a moment does not refuse it`() async throws {
        let path = path
        let looker = Task {
            try await onThread { for _ in 0..<20_000 { _ = FileLock.isHeld(path) } }
        }
        try await onThread {
            for _ in 0..<2000 {
                try FileLock.acquire(path, seconds: 1).release(removing: false)
            }
        }
        try await looker.value
    }
}
