/// A change to the disk; paths are those below the home, which is itself the empty path.
enum DiskOperation: Equatable, CustomStringConvertible {
    case makeFile(String, mode: Int)
    case makeDirectory(String, mode: Int)
    case remove(String)
    case rename(String, to: String)
    /// Writes at an offset in bytes; nil appends.
    case write(String, offset: Int?, [UInt8])
    case resize(String, to: Int)
    /// An fsync or fdatasync, which covers what was done before it began: the first `began` operations.
    case sync(String, began: Int)

    var description: String {
        switch self {
        case .makeFile(let path, _): "creat \(path)"
        case .makeDirectory(let path, _): "mkdir \(path)"
        case .remove(let path): "unlink \(path)"
        case .rename(let path, let new): "rename \(path) \(new)"
        case .write(let path, let offset, let bytes):
            "write \(path) \(bytes.count) bytes at \(offset.map(String.init) ?? "the end")"
        case .resize(let path, let size): "truncate \(path) to \(size)"
        case .sync(let path, _): "fsync \(path)"
        }
    }

    var isWrite: Bool { if case .write = self { true } else { false } }
    var isSync: Bool { if case .sync = self { true } else { false } }
}

/// Something that was visible outside the machine before the loss of power.
struct Mark: Equatable {
    enum Kind: Equatable {
        /// The engine's client was started.
        case engine
        /// A network connection was begun.
        case connection
        /// A file with visible output was written: `out.0` is the first command's standard output.
        case seen(file: String)
    }

    let kind: Kind
    let text: String
    /// The number of operations that were complete before it began.
    let position: Int

    /// Whether the push has sent something to the engine or over the network.
    var leaves: Bool { kind == .engine || kind == .connection }
}
