import Glibc

/// A question that a person answers with yes or no.
struct Question {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// Whether somebody can answer: standard input and standard error are terminals.
    var canBeAsked: Bool {
        isatty(STDIN_FILENO) == 1 && context.console.stderr.isTerminal
    }

    /// Asks the question; `true` where the answer is yes. The end of input counts as no.
    ///
    /// - Throws: `CancellationError` after a signal.
    func ask(_ question: String) async throws -> Bool {
        context.console.writeRaw("\(question) [y/N] ")
        let response = try await readLine().lowercased()
        return response == "y" || response == "yes"
    }

    /// Reads a line of standard input, and polls for it every 50 ms, so that a signal can cancel it.
    private func readLine() async throws -> String {
        var line: [UInt8] = []
        while true {
            try Task.checkCancellation()
            var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 0) > 0 else {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") else {
                return String(decoding: line, as: UTF8.self)
            }
            if byte != UInt8(ascii: "\r") { line.append(byte) }
        }
    }
}
