import EnclaviaCore
import EnclaviaStore
import Foundation
import Synchronization
import SystemPackage
import Testing

/// Reference locks in real directories.
struct FileReferenceLocksTests {
    private let store: TemporaryStore
    private static let reference = ImageReference(
        registry: "registry.example.com", owner: "alice", repository: "app", tag: "v1")

    init() throws {
        store = try TemporaryStore()
        for name in ["run", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: "\(store.root)/\(name)", withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        }
    }

    private var temporary: String { "\(store.root)/tmp" }
    private var fallback: String { "\(temporary)/enclavia-\(geteuid())" }

    private func locks(runtime: String?) -> FileReferenceLocks {
        FileReferenceLocks(
            paths: StorePaths(
                stateDirectory: store.paths.stateDirectory.string, runtimeDirectory: runtime),
            temporary: temporary)
    }

    private var locks: FileReferenceLocks { locks(runtime: "\(store.root)/run") }

    private func acquire(
        _ locks: FileReferenceLocks, _ reference: ImageReference = reference,
        for use: ReferenceUse = .push
    ) async throws -> (any ReferenceLock)? {
        try await locks.acquire(reference, for: use) {}
    }

    private func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    /// Counts the holders of a lock.
    private final class Holders: Sendable {
        private let state = Mutex((now: 0, most: 0, all: 0))

        var most: Int { state.withLock { $0.most } }
        var all: Int { state.withLock { $0.all } }

        func enter() {
            state.withLock {
                $0.now += 1
                $0.all += 1
                $0.most = max($0.most, $0.now)
            }
        }
        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test func `a lock has one holder at a time, and leaves no file behind`() async throws {
        let (locks, holders) = (locks, Holders())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<5 {
                        let lock = try await locks.acquire(Self.reference, for: .push) {}
                        holders.enter()
                        try await Task.sleep(for: .milliseconds(1))
                        holders.leave()
                        #expect(lock != nil)
                        lock?.release()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(holders.most == 1 && holders.all == 40)
        #expect(names(in: "\(store.root)/run/enclavia/locks").isEmpty)
    }

    @Test func `other references and other uses do not wait`() async throws {
        let other = ImageReference(
            registry: "registry.example.com", owner: "alice", repository: "app", tag: "v2")
        let held = try await acquire(locks)
        let byReference = try await acquire(locks, other)
        let uses = try await [
            acquire(locks, for: .notify(backend: "https://a.example")),
            acquire(locks, for: .notify(backend: "https://b.example")),
        ]
        #expect(held != nil && byReference != nil && uses.allSatisfy { $0 != nil })
        #expect(names(in: "\(store.root)/run/enclavia/locks").count == 4)
    }

    @Test func `a wait is reported once, after two seconds, and ends with the task`() async throws {
        let held = try #require(try await acquire(locks))
        let (locks, told) = (locks, Holders())
        let start = ContinuousClock.now
        let waiting = Task {
            try await locks.acquire(Self.reference, for: .push) { told.enter() }
        }
        while told.all == 0, ContinuousClock.now < start + .seconds(30) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(ContinuousClock.now - start >= .seconds(2))
        try await Task.sleep(for: .milliseconds(100))
        #expect(told.all == 1)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        held.release()
    }

    @Test func `a process that dies releases its lock`() async throws {
        let directory = "\(store.root)/run/enclavia/locks"
        let first = try #require(try await acquire(locks))
        let name = try #require(names(in: directory).first)
        first.release()
        // A killed process leaves the file without a lock.
        try Data().write(to: URL(filePath: "\(directory)/\(name)"))
        let lock = try await locks.acquire(Self.reference, for: .push) {
            Issue.record("it waited for a free lock")
        }
        #expect(lock != nil)
    }

    @Test func `without a runtime directory the lock is in a directory of the user's own`()
        async throws
    {
        let first = try await acquire(locks(runtime: nil))
        #expect(first != nil)
        #expect(names(in: fallback).count == 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: fallback)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test(arguments: [true, false])
    func `a runtime directory that is missing or another user's is not created or used`(
        _ isMissing: Bool
    ) async throws {
        let runtime = "\(store.root)/run/user"
        if !isMissing {
            guard geteuid() == 0 else { return }
            try FileManager.default.createDirectory(
                atPath: runtime, withIntermediateDirectories: false)
            try #require(chown(runtime, 65534, 65534) == 0)
        }
        #expect(try await acquire(locks(runtime: runtime)) != nil)
        #expect(FileManager.default.fileExists(atPath: runtime) == !isMissing)
        #expect(names(in: runtime).isEmpty)
    }

    @Test(arguments: ["run", "run/enclavia"], [0o777, 0o770])
    func `a runtime directory that others can write to is not used`(
        _ name: String, _ mode: Int
    ) async throws {
        let directory = "\(store.root)/\(name)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try #require(chmod(directory, mode_t(mode)) == 0)
        let lock = try await acquire(locks)
        #expect(lock != nil)
        #expect(names(in: fallback).count == 1)
        #expect(names(in: "\(store.root)/run/enclavia").isEmpty)
    }

    @Test func `a runtime directory that cannot be written is not used`() async throws {
        // A file in place of the directory, because root can write to any directory.
        try Data().write(to: URL(filePath: "\(store.root)/run/enclavia"))
        let lock = try await acquire(locks)
        #expect(lock != nil)
        #expect(names(in: fallback).count == 1)
    }

    enum UnsafeDirectory: CaseIterable { case openToOthers, link, file, foreign }

    @Test(arguments: UnsafeDirectory.allCases)
    func `a directory that others can enter or create is not used for locks`(
        _ kind: UnsafeDirectory
    ) async throws {
        let manager = FileManager.default
        switch kind {
        case .openToOthers:
            try manager.createDirectory(
                atPath: fallback, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o755])
        case .link:
            try manager.createDirectory(
                atPath: "\(temporary)/elsewhere", withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            try manager.createSymbolicLink(
                atPath: fallback, withDestinationPath: "\(temporary)/elsewhere")
        case .file:
            try Data().write(to: URL(filePath: fallback))
        case .foreign:
            guard geteuid() == 0 else { return }
            try manager.createDirectory(
                atPath: fallback, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
            try #require(chown(fallback, 65534, 65534) == 0)
        }
        // The push continues without a lock.
        #expect(try await acquire(locks(runtime: nil)) == nil)
        #expect(names(in: "\(temporary)/elsewhere").isEmpty)
        if kind == .foreign { #expect(names(in: fallback).isEmpty) }
    }
}
