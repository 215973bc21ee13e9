import EnclaviaCore
import EnclaviaSystem

/// The result, written in pieces of 64 KiB that end where a line does.
final class ResultStream {
    /// What a pipe holds (pipe(7)), so that a reader and this program seldom wait for each other.
    private static let piece = 65_536

    private let console: Console
    private var buffer: [UInt8] = []
    /// Whether anything has left this program.
    private(set) var hasWritten = false

    init(_ console: Console) {
        self.console = console
        buffer.reserveCapacity(2 * Self.piece)
    }

    /// Whether a person reads it, so that text from outside must be made safe first.
    var isTerminal: Bool { console.out.isTerminal }
    var capabilities: TerminalCapabilities { console.out }

    /// `text` as it is.
    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
    }

    /// JSON text; escaped where a person reads it.
    func write(json: String) {
        write(isTerminal ? TerminalText.escape(json: json) : json)
    }

    /// Ends a line; what has come together may leave now.
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
