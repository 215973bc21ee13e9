import EnclaviaCore
import EnclaviaSystem

/// The result, written in pieces of 64 KiB or more, each of whole lines.
final class ResultStream {
    /// The capacity of a pipe (pipe(7)), so that a reader and this program seldom wait for each other.
    private static let piece = 65_536

    private let console: Console
    private var buffer: [UInt8] = []
    /// Whether any output was flushed.
    private(set) var hasWritten = false

    init(_ console: Console) {
        self.console = console
        buffer.reserveCapacity(2 * Self.piece)
    }

    /// Whether the result goes to a terminal, so that text from outside must be escaped first.
    var isTerminal: Bool { console.out.isTerminal }
    var capabilities: TerminalCapabilities { console.out }

    /// Writes `text` unchanged.
    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
    }

    /// Writes JSON text, escaped on a terminal.
    func write(json: String) {
        write(isTerminal ? TerminalText.escape(json: json) : json)
    }

    /// Ends a line, and flushes the buffer if it is full.
    func endLine(_ ending: String = "\n") throws(ConsoleError) {
        write(ending)
        if buffer.count >= Self.piece { try flush() }
    }

    func flush() throws(ConsoleError) {
        guard !buffer.isEmpty else { return }
        hasWritten = true
        try console.result(bytes: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
