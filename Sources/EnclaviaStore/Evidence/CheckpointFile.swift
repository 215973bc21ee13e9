import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The file of the checkpoints that were made: one JSON object a line, with the text of a checkpoint and the SHA-256
/// of the text. Lines are only appended, each durable before its checkpoint is printed.
struct CheckpointFile {
    let path: FilePath
    private(set) var kept: KeptCheckpoints
    /// The size of the file up to its last complete line.
    private var size: Int64 = 0

    private struct Line: Codable {
        let sha256: String
        let text: String
    }

    /// Reads the file; one that is missing holds nothing.
    ///
    /// - Throws: ``StoreError``.
    init(_ path: FilePath) throws(StoreError) {
        self.path = path
        kept = KeptCheckpoints(path: path.string)
        guard path.status != nil else { return }
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try BoundedFile(path, limit: .max).bytes
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
        read(bytes)
    }

    /// A power loss may leave the beginning of the last line, or zeros where the disk has not received it. Nothing
    /// else damages a line that was made durable, so that other damage is not passed over.
    private mutating func read(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if let rest = lines.popLast(), !rest.isEmpty {
            kept.isTorn = true
        } else if let last = lines.last, last.contains(0) {
            lines.removeLast()
            kept.isTorn = true
        }
        for (index, line) in lines.enumerated() {
            size += Int64(line.count) + 1
            if let checkpoint = Self.checkpoint(line) {
                kept.lines.append(KeptCheckpoints.Line(number: index + 1, checkpoint))
            } else {
                kept.damaged.append(index + 1)
            }
        }
    }

    private static func checkpoint(_ line: ArraySlice<UInt8>) -> Checkpoint? {
        guard
            let line = try? JSONText.decode(
                Line.self, from: String(decoding: line, as: UTF8.self)),
            let checkpoint = try? Checkpoint(Array(line.text.utf8)), checkpoint.hash == line.sha256
        else { return nil }
        return checkpoint
    }

    /// Appends a checkpoint, durably. An incomplete last line is removed before.
    ///
    /// - Throws: ``StoreError``; the file may end in an incomplete line then.
    func append(_ checkpoint: Checkpoint) throws(StoreError) {
        let isNew = path.status == nil
        let file = try PrivateFileIO.open(path, [.create, .append])
        do {
            try file.closeAfter {
                if kept.isTorn { try file.truncate(to: size) }
                let text = try JSONText.encode(Line(sha256: checkpoint.hash, text: checkpoint.text))
                _ = try file.writeAll((text + "\n").utf8)
                try file.sync()
            }
        } catch {
            throw PrivateFileIO.failure(at: path, error)
        }
        if isNew { try PrivateFileIO.sync(directory: path.directoryName) }
    }
}
