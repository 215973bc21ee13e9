import Foundation

/// The files and directories below a home, by their paths; the home itself is the empty path.
struct DiskImage: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var isDirectory = false
        var mode = 0o600
        var content: [UInt8] = []
    }

    var entries: [String: Entry]

    init(entries: [String: Entry]) {
        self.entries = entries
    }

    /// Reads a directory, without SQLite's shared memory.
    init(of folder: String) throws {
        entries = [:]
        for path in [""] + (try FileManager.default.subpathsOfDirectory(atPath: folder))
        where !path.hasSuffix("-shm") {
            let full = path.isEmpty ? folder : "\(folder)/\(path)"
            let facts = try FileManager.default.attributesOfItem(atPath: full)
            let isDirectory = facts[.type] as? FileAttributeType == .typeDirectory
            let content = isDirectory ? [] : Array(try Data(contentsOf: URL(filePath: full)))
            entries[path] = Entry(
                isDirectory: isDirectory, mode: facts[.posixPermissions] as? Int ?? 0o700,
                content: content)
        }
    }

    /// The paths at which it differs from another.
    func differences(from other: DiskImage) -> [String] {
        Set(entries.keys).union(other.entries.keys)
            .filter { entries[$0] != other.entries[$0] }.sorted()
    }

    /// The path of the directory that holds a path.
    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// Writes everything into an empty directory.
    func write(to folder: String) throws {
        for (path, entry) in entries.sorted(by: { $0.key < $1.key }) where !path.isEmpty {
            let full = "\(folder)/\(path)"
            if entry.isDirectory {
                try FileManager.default.createDirectory(
                    atPath: full, withIntermediateDirectories: false)
            } else {
                try Data(entry.content).write(to: URL(filePath: full))
            }
            try FileManager.default.setAttributes(
                [.posixPermissions: entry.mode], ofItemAtPath: full)
        }
    }
}
