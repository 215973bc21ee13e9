import EnclaviaCore
import SystemPackage

/// The event log: a copy of the events for shippers, one JSON line each. Nothing is read back from it.
package enum EventLog: Hashable, Sendable {
    case off
    case file(path: String)

    /// Reads what `ENCLAVIA_EVENT_LOG` says: a path, `off`, or nothing, which means `events.jsonl` in
    /// the state directory.
    package init(setting: String?, paths: StorePaths) {
        switch setting {
        case nil, "": self = .file(path: paths.eventLog.string)
        case "off": self = .off
        case let path?: self = .file(path: path)
        }
    }

    /// Appends lines, each with one write, to the file that has the name now: logrotate may have given
    /// it another since the last line.
    ///
    /// - Returns: what went wrong, in which case the rest of the lines is not written.
    func append(_ lines: [String]) -> StoreWarning? {
        guard case .file(let path) = self, !lines.isEmpty else { return nil }
        do {
            let path = FilePath(path)
            try SafeFile.makeDirectory(path.removingLastComponent())
            let file = try SafeFile.open(path, [.create, .append])
            defer { try? file.close() }
            let lead = try Self.endsInLine(file) ? "" : "\n"
            for (index, line) in lines.enumerated() {
                try Self.write((index == 0 ? lead : "") + line + "\n", to: file, at: path)
            }
            return nil
        } catch let error as StoreError {
            return .eventLog(path: path, error)
        } catch {
            return .eventLog(path: path, SafeFile.failure(at: FilePath(path), error))
        }
    }

    /// Whether the file is empty or its last line is whole: on a full disk half of one may be left, which
    /// must not take the next with it.
    private static func endsInLine(_ file: FileDescriptor) throws -> Bool {
        let end = try file.seek(offset: 0, from: .end)
        guard end > 0 else { return true }
        return try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { byte in
            let count = try file.read(fromAbsoluteOffset: end - 1, into: byte)
            return count == 0 || byte[0] == UInt8(ascii: "\n")
        }
    }

    /// One line, one write: so lines of several processes never mix. What the kernel did not take at
    /// once, which happens on a full disk alone, follows if it can.
    private static func write(
        _ line: String, to file: FileDescriptor, at path: FilePath
    ) throws {
        var line = line
        try line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = try file.write(rest)
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
