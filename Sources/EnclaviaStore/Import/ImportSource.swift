import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// The text of an import, which is read twice; the text of a pipe is first copied to an unlinked file.
struct ImportSource {
    let file: FileDescriptor
    /// How many bytes are read; a file that is still being written may grow.
    let size: Int64
    let path: String

    /// - Parameters:
    ///   - directory: where the text of a pipe is kept.
    ///   - interruption: ends the wait for a pipe.
    /// - Throws: ``ImportError/missing(path:)``; ``ImportError/unreadable(path:reason:)``;
    ///   ``ImportError/store(_:)`` where the text of a pipe cannot be kept; ``ImportError/cancelled``.
    init(
        _ source: RecordSource, directory: FilePath, interruption: Interruption
    ) throws(ImportError) {
        switch source {
        case .file(let path): self.path = path
        case .descriptor: path = "standard input"
        }
        do {
            var file =
                switch source {
                case .file(let path):
                    // Do not wait for a named pipe's writer: that wait could not be interrupted.
                    try FileDescriptor.open(
                        FilePath(native: path), .readOnly, options: [.closeOnExec, .nonBlocking])
                case .descriptor(let number):
                    try FileDescriptor(rawValue: number).duplicate()
                }
            if try file.stat().type != .regular {
                let kept = try Self.keep(file, in: directory, interruption)
                try file.close()
                file = kept
            }
            self.file = file
            size = try file.seek(offset: 0, from: .end)
        } catch let error as ImportError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw .missing(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    func close() {
        try? file.close()
    }

    private static func keep(
        _ pipe: FileDescriptor, in directory: FilePath, _ interruption: Interruption
    ) throws -> FileDescriptor {
        try PrivateFileIO.makeOwnDirectory(directory, isLinkable: true)
        let name = directory.appending("import-\(getpid()).jsonl")
        let file = try PrivateFileIO.open(name, [.create, .truncate])
        try? name.unlink()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            try wait(for: pipe, interruption)
            let count: Int
            do {
                count = try chunk.withUnsafeMutableBytes { try pipe.read(into: $0) }
            } catch Errno.resourceTemporarilyUnavailable {
                // Another reader was faster.
                continue
            }
            if count == 0 { return file }
            do {
                try file.writeAll(chunk[..<count])
            } catch {
                try file.close()
                throw PrivateFileIO.failure(at: directory, error)
            }
        }
    }

    /// Waits until there is something to read, or its end.
    private static func wait(for pipe: FileDescriptor, _ interruption: Interruption) throws {
        let turn: CInt = 50
        while true {
            guard !interruption.isRaised else { throw ImportError.cancelled }
            var state = pollfd(fd: pipe.rawValue, events: Int16(POLLIN), revents: 0)
            let ready = poll(&state, 1, turn)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw Errno(rawValue: errno) }
        }
    }
}
