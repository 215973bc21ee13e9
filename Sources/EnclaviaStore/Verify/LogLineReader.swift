import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Reads an event log line by line, from a file or a pipe, in constant memory.
struct LogLineReader {
    /// The most bytes of a line that may be an event: an imported record and what surrounds it. Longer lines are
    /// skipped.
    static let lineLimit = LineReader.lineLimit + (1 << 20)

    /// How many bytes tell a file's format.
    private static let longestMagic = 16

    /// How long to wait for a pipe before looking whether the command was cancelled, in milliseconds.
    private static let turn: CInt = 50

    private let file: FileDescriptor
    private let isRegular: Bool
    /// How much of a regular file is left to read: another command may append to it meanwhile.
    private var left: Int64
    private var chunk = [UInt8](repeating: 0, count: 1 << 18)
    private var range = 0..<0
    private var isAtStart = true
    /// The number of the line that was read last, from 1.
    private(set) var number = 0
    /// Whether the line that was read last has no newline.
    private(set) var isUnfinished = false

    /// - Throws: ``LogComparisonError``.
    init(_ log: EventLogSource) throws(LogComparisonError) {
        do {
            switch log.source {
            case .file(let path):
                // Do not wait for a named pipe's writer: that wait could not be interrupted.
                file = try FileDescriptor.open(
                    FilePath(native: path), .readOnly, options: [.closeOnExec, .nonBlocking])
            case .descriptor(let number):
                file = try FileDescriptor(rawValue: number).duplicate()
            }
            let status = try file.stat()
            isRegular = status.type == .regular
            // Standard input may be a file that was read in part.
            let begin = isRegular ? try file.seek(offset: 0, from: .current) : 0
            left = isRegular ? max(0, status.size - begin) : .max
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw .missing(file: log.file)
        } catch {
            throw .unreadable(file: log.file, reason: "\(error)")
        }
    }

    func close() {
        // It was only read.
        try? file.close()
    }

    /// The next line without its newline, and only its beginning if it is too long to be an event; `nil` at the end.
    ///
    /// - Throws: `Errno`; `CancellationError`.
    mutating func next() throws -> (bytes: [UInt8], isTooLong: Bool)? {
        var line: [UInt8] = []
        var isTooLong = false
        var isEmpty = true
        while true {
            if range.isEmpty, try !fill() {
                guard !isEmpty else { return nil }
                number += 1
                isUnfinished = true
                return (line, isTooLong)
            }
            let newline = chunk[range].firstIndex(of: UInt8(ascii: "\n"))
            let end = newline ?? range.upperBound
            isEmpty = false
            if line.count + end - range.lowerBound > Self.lineLimit {
                isTooLong = true
                line = Array(
                    (line + chunk[range].prefix(Self.longestMagic)).prefix(Self.longestMagic))
            }
            if !isTooLong { line += chunk[range.lowerBound..<end] }
            range = (newline.map { $0 + 1 } ?? end)..<range.upperBound
            guard newline == nil else {
                number += 1
                return (line, isTooLong)
            }
        }
    }

    private mutating func fill() throws -> Bool {
        let most = Int(min(left, Int64(chunk.count)))
        guard most > 0 else { return false }
        while true {
            if Task.isCancelled { throw CancellationError() }
            if !isRegular, try !waitForInput() { continue }
            let file = file
            do {
                let count = try chunk.withUnsafeMutableBytes { chunk in
                    try file.read(into: UnsafeMutableRawBufferPointer(rebasing: chunk[..<most]))
                }
                left -= Int64(count)
                range = 0..<count
                if isAtStart, chunk[range].starts(with: LineReader.byteOrderMark) {
                    range = LineReader.byteOrderMark.count..<count
                }
                isAtStart = false
                return count > 0
            } catch Errno.resourceTemporarilyUnavailable, Errno.interrupted {
                continue
            }
        }
    }

    /// Waits for a moment until there is something to read, or the end.
    private func waitForInput() throws -> Bool {
        var state = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
        let ready = poll(&state, 1, Self.turn)
        if ready < 0, errno != EINTR { throw Errno(rawValue: errno) }
        return ready > 0
    }
}
