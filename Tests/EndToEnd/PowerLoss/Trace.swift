import Foundation

/// What a program did to the disk below its home, and what was visible from outside, in the order
/// in which it was done.
struct Trace {
    private(set) var operations: [DiskOperation] = []
    private(set) var marks: [Mark] = []

    /// Where to look.
    struct Places {
        let home: String
        /// Writes to files in this directory count as visible from outside.
        let marks: String
        /// The path of the engine's client.
        let engine: String
    }

    enum Failure: Error {
        /// A call that changes the disk below the home, and that the model of the disk does not support.
        case unknownCall(String)
    }

    private let places: Places
    /// The offset of each open file, by descriptor and path; nil for one that appends.
    private var offsets: [String: Int?] = [:]

    /// The system calls to record. A question mark lets strace skip a call that the machine does not have.
    static let calls = [
        "open", "openat", "openat2", "creat", "write", "pwrite64", "writev", "pwritev", "pwritev2",
        "truncate", "ftruncate", "fallocate", "rename", "renameat", "renameat2", "unlink",
        "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "fsync",
        "fdatasync", "sync_file_range", "copy_file_range", "sendfile", "lseek", "connect", "execve",
    ].map { "?\($0)" }.joined(separator: ",")

    /// Reads what `strace -f -y -xx -e trace=…` wrote.
    ///
    /// - Throws: ``SystemCall/Malformed`` or ``Failure``.
    init(_ text: [UInt8], _ places: Places) throws {
        self.places = places
        var reader = SystemCallReader()
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let call = try reader.read(line, position: operations.count) else { continue }
            try take(call)
        }
    }

    private mutating func take(_ call: SystemCall) throws {
        if call.name == "connect" {
            guard call.arguments.last(where: { $0.words.contains("AF_INET") }) != nil else {
                return
            }
            return mark(.connection, "", call)
        }
        guard let result = call.result, result >= 0 else { return }
        switch call.name {
        case "execve":
            guard call.paths.first == places.engine, call.arguments.count > 1 else { return }
            let words = call.arguments[1].texts.map { String(decoding: $0, as: UTF8.self) }
            mark(.engine, words.dropFirst().joined(separator: " "), call)
        case "write", "pwrite64":
            try write(call, count: result)
        case "open", "openat", "creat":
            try open(call, descriptor: result)
        case "lseek":
            if let file = openFile(call), case .some(.some) = offsets[file.key] {
                offsets[file.key] = result
            }
        default:
            try change(call)
        }
    }

    private mutating func mark(_ kind: Mark.Kind, _ text: String, _ call: SystemCall) {
        marks.append(Mark(kind: kind, text: text, position: call.began))
    }

    private mutating func open(_ call: SystemCall, descriptor: Int) throws {
        guard let full = call.paths.first, let path = inside(full) else { return }
        let flags = call.arguments.map(\.words).joined(separator: ",")
        if flags.contains("O_CREAT") || call.name == "creat" {
            operations.append(.makeFile(path, mode: try call.lastNumber(radix: 8)))
        }
        if flags.contains("O_TRUNC") || call.name == "creat" {
            operations.append(.resize(path, to: 0))
        }
        offsets["\(descriptor) \(path)"] = .some(flags.contains("O_APPEND") ? nil : 0)
    }

    private mutating func write(_ call: SystemCall, count: Int) throws {
        guard call.arguments.count > 1, let bytes = call.arguments[1].texts.first else { return }
        let done = Array(bytes.prefix(count))
        if let path = call.arguments[0].path, path.hasPrefix(places.marks + "/") {
            let file = String(path.dropFirst(places.marks.count + 1))
            return mark(.seen(file: file), String(decoding: done, as: UTF8.self), call)
        }
        guard let file = openFile(call) else { return }
        if call.name == "pwrite64" {
            let offset = try call.lastNumber()
            return operations.append(.write(file.path, offset: offset, done))
        }
        let offset = offsets[file.key] ?? .some(0)
        operations.append(.write(file.path, offset: offset, done))
        if let offset { offsets[file.key] = offset + count }
    }

    private mutating func change(_ call: SystemCall) throws {
        let paths = call.paths.map(inside)
        switch call.name {
        case "ftruncate":
            guard let file = openFile(call) else { return }
            operations.append(.resize(file.path, to: try call.lastNumber()))
        case "rename", "renameat", "renameat2":
            guard paths.contains(where: { $0 != nil }) else { return }
            guard paths.count == 2, let old = paths[0], let new = paths[1] else {
                throw Failure.unknownCall("a rename out of the home or into it")
            }
            operations.append(.rename(old, to: new))
        case "unlink", "unlinkat", "rmdir":
            if let path = paths.first ?? nil { operations.append(.remove(path)) }
        case "mkdir", "mkdirat":
            guard let path = paths.first ?? nil else { return }
            operations.append(.makeDirectory(path, mode: try call.lastNumber(radix: 8)))
        case "fsync", "fdatasync":
            guard let file = openFile(call) else { return }
            operations.append(.sync(file.path, began: call.began))
        default:
            let files = call.arguments.compactMap(\.path).map(inside)
            if (paths + files).contains(where: { $0 != nil }) {
                throw Failure.unknownCall(call.name)
            }
        }
    }

    /// The file below the home whose descriptor is the first argument.
    private func openFile(_ call: SystemCall) -> (path: String, key: String)? {
        guard let argument = call.arguments.first, !argument.isDeleted,
            let path = argument.path.flatMap(inside)
        else { return nil }
        let descriptor = argument.words.prefix { $0.isNumber }
        return (path, "\(descriptor) \(path)")
    }

    /// A path below the home; nil for one elsewhere, and for SQLite's shared memory, which is recreated
    /// after a loss.
    private func inside(_ path: String) -> String? {
        guard path == places.home || path.hasPrefix(places.home + "/"), !path.hasSuffix("-shm")
        else { return nil }
        return String(path.dropFirst(places.home.count + 1))
    }
}
