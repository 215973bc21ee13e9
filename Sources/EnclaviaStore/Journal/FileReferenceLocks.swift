import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Locks references with flock(2) on files.
///
/// The files are in a directory that only this user can enter, so that no other user can block a push:
/// `$XDG_RUNTIME_DIR/enclavia/locks`, else `/tmp/enclavia-<uid>`.
package struct FileReferenceLocks: ReferenceLocks {
    /// In the order in which they are tried.
    private let directories: [FilePath]

    private static let pause = Duration.milliseconds(20)
    private static let announceAfter = Duration.seconds(2)

    /// - Parameters:
    ///   - paths: where the runtime directory is.
    ///   - temporary: the directory that everybody can write to.
    package init(paths: StorePaths, temporary: String = "/tmp") {
        let fallback = FilePath(temporary).appending("enclavia-\(geteuid())")
        directories = (Self.own(paths.runtimeDirectory).map { [$0] } ?? []) + [fallback]
    }

    /// The lock directory in the runtime directory; `nil` if that is missing, belongs to another user, or is
    /// writable by others. `sudo` may keep `XDG_RUNTIME_DIR`, and its user could no longer use what root creates
    /// there.
    private static func own(_ directory: FilePath?) -> FilePath? {
        guard let directory, let runtime = directory.removingLastComponent().status,
            runtime.isOwnAlone
        else { return nil }
        if let status = directory.status, !status.isOwnAlone { return nil }
        return directory.appending("locks")
    }

    package func acquire(
        _ reference: ImageReference, for use: ReferenceUse, onWait: @Sendable () async -> Void
    ) async throws(CancellationError) -> (any ReferenceLock)? {
        let name = Digest(of: "\(use.name)\n\(reference)".utf8).hex
        for directory in directories where Self.prepare(directory) {
            let path = directory.appending(name)
            do {
                return try await wait(for: path, onWait)
            } catch let error as CancellationError {
                throw error
            } catch {
                // No room, or no flock here: the next directory may have both.
                continue
            }
        }
        return nil
    }

    /// - Throws: ``StoreError`` where the file cannot be locked, `CancellationError`.
    private func wait(
        for path: FilePath, _ onWait: @Sendable () async -> Void
    ) async throws -> HeldReferenceLock {
        var announceAt: ContinuousClock.Instant? = .now + Self.announceAfter
        while true {
            try Task.checkCancellation()
            if let lock = try FileLock.attempt(path) { return HeldReferenceLock(lock) }
            if let moment = announceAt, moment <= .now {
                await onWait()
                announceAt = nil
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Makes the directory where it is missing.
    ///
    /// - Returns: whether it is a real directory of this user's that nobody else can enter.
    private static func prepare(_ directory: FilePath) -> Bool {
        guard (try? PrivateFileIO.makeDirectory(directory)) != nil,
            let status = directory.status
        else { return false }
        return status.isOwnAlone && !status.isOpenToOthers
    }
}

extension Stat {
    /// Whether it is a directory of this user's in which nobody else can replace anything.
    fileprivate var isOwnAlone: Bool { (try? checkDirectory(of: .thisUser)) != nil }
}

extension ReferenceUse {
    fileprivate var name: String {
        switch self {
        case .push: "push"
        case .notify(let backend): "notify \(backend)"
        }
    }
}

private struct HeldReferenceLock: ReferenceLock {
    private let lock: FileLock

    init(_ lock: FileLock) {
        self.lock = lock
    }

    func release() { lock.release(removing: true) }
}
