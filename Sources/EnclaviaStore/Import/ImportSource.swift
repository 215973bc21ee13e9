import EnclaviaCore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The text of an import, which is read twice: a pipe is kept in a file without a name first.
struct ImportSource {
    let file: FileDescriptor
    let size: Int64
    let path: String

    /// - Throws: ``ImportError/unreadable(path:reason:)``.
    init(_ source: RecordSource, directory: FilePath) throws(ImportError) {
        switch source {
        case .file(let path): self.path = path
        case .descriptor: path = "standard input"
        }
        do {
            var file =
                switch source {
                case .file(let path):
                    try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
                case .descriptor(let number):
                    try FileDescriptor(rawValue: number).duplicate()
                }
            var found = stat()
            guard fstat(file.rawValue, &found) == 0 else { throw Errno(rawValue: errno) }
            if found.st_mode & S_IFMT != S_IFREG {
                let kept = try Self.keep(file, in: directory)
                try file.close()
                file = kept
            }
            self.file = file
            size = try file.seek(offset: 0, from: .end)
        } catch {
            let reason = (error as? StoreError)?.reason ?? "\(error)"
            throw .unreadable(path: path, reason: reason)
        }
    }

    func close() {
        try? file.close()
    }

    private static func keep(
        _ pipe: FileDescriptor, in directory: FilePath
    ) throws -> FileDescriptor {
        try SafeFile.makeOwnDirectory(directory, isLinkable: true)
        let name = directory.appending("import-\(getpid()).jsonl")
        let file = try SafeFile.open(name, [.create, .truncate])
        SafeFile.remove(name)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try pipe.read(into: $0) }
            if count == 0 { return file }
            try file.writeAll(chunk[..<count])
        }
    }
}
