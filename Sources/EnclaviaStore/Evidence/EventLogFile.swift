import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// The event log, open, and locked against other commands that append to it.
///
/// The lock is on the log file itself, so it moves with the file when logrotate renames it. The log is the file
/// that has the log's name once the lock is held.
struct EventLogFile {
    let file: FileDescriptor
    let path: FilePath
    /// Whether it is a regular file, whose end can be read and truncated; `false` for a pipe, a device, and a
    /// standard stream, which belongs to whoever redirected it.
    let isRegular: Bool
    /// `nil` if it is not a regular file.
    let identity: FileIdentity?
    let size: Int64

    /// How long to wait for another command that appends, in seconds. An import holds the lock for one batch at a
    /// time.
    private static let timeout = 5

    /// Opens and locks the log, and makes it where it is missing.
    ///
    /// - Throws: ``StoreError``.
    static func open(_ log: EventLog) throws(StoreError) -> EventLogFile {
        let path = FilePath(native: log.path ?? "")
        if let stream = stream(path) {
            // This program opens its own descriptors with FD_CLOEXEC; inherited ones do not have the flag.
            let flags = fcntl(stream, F_GETFD)
            guard flags >= 0, flags & FD_CLOEXEC == 0 else {
                throw .inaccessible(
                    path: path.string,
                    reason: "it is not a file descriptor that was open at the start")
            }
            do {
                let file = try FileDescriptor(rawValue: stream).duplicate()
                return EventLogFile(
                    file: file, path: path, isRegular: false, identity: nil, size: 0)
            } catch {
                throw PrivateFileIO.failure(at: path, error)
            }
        }
        try PrivateFileIO.makeDirectory(path.removingLastComponent())
        var tries = 8
        while true {
            let file = try descriptor(log, path)
            do throws(StoreError) {
                let log = try locked(file, path)
                tries -= 1
                // If logrotate has renamed the file, open the one that has the name now.
                if !log.isRegular || file.isNamed(path, followsLink: true) || tries == 0 {
                    return log
                }
                try log.close()
            } catch {
                // Nothing was written to it.
                try? file.close()
                throw error
            }
        }
    }

    private static func locked(
        _ file: FileDescriptor, _ path: FilePath
    ) throws(StoreError) -> EventLogFile {
        guard try status(file, path).type == .regular else {
            return EventLogFile(file: file, path: path, isRegular: false, identity: nil, size: 0)
        }
        try lock(file, path)
        let found = try status(file, path)
        return EventLogFile(
            file: file, path: path, isRegular: true, identity: found.identity, size: found.size)
    }

    /// The number of the descriptor that `path` stands for; opening `/dev/stderr` fails where that is a socket.
    private static func stream(_ path: FilePath) -> CInt? {
        switch path.string {
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        case let text:
            for prefix in ["/dev/fd/", "/proc/self/fd/"] where text.hasPrefix(prefix) {
                return CInt(text.dropFirst(prefix.count))
            }
            return nil
        }
    }

    private static func descriptor(
        _ log: EventLog, _ path: FilePath
    ) throws(StoreError) -> FileDescriptor {
        guard case .named = log else { return try PrivateFileIO.open(path, [.create, .append]) }
        // With O_NONBLOCK, opening a pipe without a reader fails, and a full pipe does not block a push.
        let isFile = path.followedStatus.map { $0.type == .regular } ?? true
        do {
            return try FileDescriptor.open(
                path, isFile ? .readWrite : .writeOnly,
                options: [.create, .append, .closeOnExec, .nonBlocking],
                permissions: .ownerReadWrite)
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }

    private static func status(
        _ file: FileDescriptor, _ path: FilePath
    ) throws(StoreError) -> Stat {
        do {
            return try file.stat()
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }

    private static func lock(_ file: FileDescriptor, _ path: FilePath) throws(StoreError) {
        let pause: useconds_t = 2_000
        let deadline = Deadline(after: .seconds(timeout))
        while let failure = AdvisoryLock.exclusive.take(on: file) {
            guard failure == .wouldBlock || failure == .interrupted else {
                throw PrivateFileIO.failure(at: path, failure)
            }
            guard !deadline.hasPassed else {
                throw .locked(path: path.string, seconds: timeout)
            }
            usleep(pause)
        }
    }

    /// Appends lines with one write each, so that a shipper never reads a part of one.
    func append(_ lines: some Sequence<String>) throws(StoreError) {
        do {
            for line in lines {
                var line = line + "\n"
                try line.withUTF8 { _ = try file.writeAll(UnsafeRawBufferPointer($0)) }
            }
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }

    func append(bytes: [UInt8]) throws(StoreError) {
        do {
            _ = try file.writeAll(bytes)
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }

    func cut(to size: Int64) throws(StoreError) {
        do {
            try file.truncate(to: size)
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }

    /// The size now, which other programs may have changed.
    func currentSize() throws(StoreError) -> Int64 {
        try Self.status(file, path).size
    }

    func read(_ range: Range<Int64>) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(range.count))
        var done = 0
        do {
            while done < bytes.count {
                let count = try bytes.withUnsafeMutableBytes { buffer in
                    try file.read(
                        fromAbsoluteOffset: range.lowerBound + Int64(done),
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
                }
                if count == 0 { break }
                done += count
            }
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
        return Array(bytes[..<done])
    }

    /// Makes what was appended durable.
    func sync() throws(StoreError) {
        guard isRegular, fdatasync(file.rawValue) != 0 else { return }
        throw PrivateFileIO.failure(at: path, Errno(rawValue: errno))
    }

    /// Closes the file, which releases the lock.
    func close() throws(StoreError) {
        do {
            try file.close()
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
    }
}
