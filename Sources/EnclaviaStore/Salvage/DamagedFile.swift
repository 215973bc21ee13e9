import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Copies a damaged database with the journals beside it, byte by byte: opened by SQLite, the files could change.
struct DamagedFile {
    /// What belongs to a database, by the ends of the files' names. The shared memory of a write-ahead log does not:
    /// SQLite makes it from the log.
    private static let suffixes = ["", "-wal", "-journal"]
    private static let tries = 3
    /// How coarse the times of a file may be, in microseconds: the kernel's clock ticks 100 times a second or more.
    private static let tick: UInt32 = 20_000

    private let path: FilePath
    /// The file itself, beside which SQLite keeps the journals.
    private let file: FilePath

    /// - Throws: ``SalvageError/missing(path:)``, ``SalvageError/unreadable(path:reason:)``.
    init(_ path: FilePath) throws(SalvageError) {
        self.path = path
        do throws(Errno) {
            file = try path.resolved()
        } catch .noSuchFileOrDirectory, .notDirectory {
            throw .missing(path: path.string)
        } catch {
            throw .unreadable(path: path.string, reason: error.description)
        }
        guard file.status?.type == .regular else {
            throw .unreadable(path: path.string, reason: "it is not a regular file")
        }
    }

    /// Copies the files to `copy` and names beside it, as they are at one moment.
    ///
    /// - Throws: ``SalvageError/changing(path:)`` where another process keeps writing; the errors of reading the
    ///   files and of writing the copies.
    func copy(to copy: FilePath, progress: (Double) -> Void) throws(SalvageError) {
        for _ in 0..<Self.tries {
            try settle()
            let before = Self.suffixes.map(state)
            let total = before.reduce(0) { $0 + ($1?.size ?? 0) }
            var done: Int64 = 0
            for (suffix, state) in zip(Self.suffixes, before) {
                try write(suffix, state?.size ?? 0, to: copy.beside(suffix)) { count in
                    done += Int64(count)
                    progress(Double(done) / Double(max(1, total)))
                }
            }
            if Self.suffixes.map(state) == before { return }
        }
        throw .changing(path: path.string)
    }

    /// Waits until the last write is old enough that the next one has another time: a file system's clock has ticks.
    private func settle() throws(SalvageError) {
        var wait = 10
        while wait > 0 {
            if Task.isCancelled { throw .store(.cancelled) }
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            guard Self.suffixes.compactMap(state).contains(where: { $0.isRecent(at: now) }) else {
                return
            }
            usleep(Self.tick)
            wait -= 1
        }
    }

    private struct State: Equatable {
        let identity: FileIdentity
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        /// Whether the last write was within one tick before `now`.
        func isRecent(at now: timespec) -> Bool {
            // A file system may have any time.
            guard seconds <= now.tv_sec, seconds >= now.tv_sec - 1 else { return false }
            let age = (now.tv_sec - seconds) * 1_000_000_000 + now.tv_nsec - nanoseconds
            return age >= 0 && age <= Int(DamagedFile.tick) * 1000
        }
    }

    private func state(_ suffix: String) -> State? {
        file.beside(suffix).followedStatus.map {
            State(
                identity: $0.identity, size: $0.size, seconds: $0.rawValue.st_mtim.tv_sec,
                nanoseconds: $0.rawValue.st_mtim.tv_nsec)
        }
    }

    /// - Parameter size: how much is read, in bytes: a file that grows all the time has no end.
    private func write(
        _ suffix: String, _ size: Int64, to copy: FilePath, progress: (Int) -> Void
    ) throws(SalvageError) {
        try? copy.unlink()
        let source: FileDescriptor
        do {
            source = try FileDescriptor.open(
                file.beside(suffix), .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch Errno.noSuchFileOrDirectory where !suffix.isEmpty {
            return
        } catch {
            throw .unreadable(path: file.beside(suffix).string, reason: "\(error)")
        }
        defer { try? source.close() }
        guard (try? source.stat())?.type == .regular else {
            throw .unreadable(
                path: file.beside(suffix).string, reason: "it is not a regular file")
        }
        let target: FileDescriptor
        do throws(StoreError) {
            target = try PrivateFileIO.open(copy, [.create, .exclusiveCreate])
        } catch {
            throw .target(error)
        }
        defer { try? target.close() }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var rest = size
        while rest > 0 {
            if Task.isCancelled { throw .store(.cancelled) }
            let count: Int
            do {
                count = try chunk.withUnsafeMutableBytes {
                    try source.read(
                        into: UnsafeMutableRawBufferPointer(
                            rebasing: $0.prefix(Int(clamping: rest))))
                }
            } catch {
                throw .unreadable(path: file.beside(suffix).string, reason: "\(error)")
            }
            if count == 0 { return }
            do {
                try target.writeAll(chunk[..<count])
            } catch {
                throw .target(PrivateFileIO.failure(at: copy, error))
            }
            rest -= Int64(count)
            progress(count)
        }
    }
}

extension FilePath {
    /// The file whose name has `suffix` behind this one's, as SQLite names its journals.
    func beside(_ suffix: String) -> FilePath { FilePath(native: native + suffix) }
}
