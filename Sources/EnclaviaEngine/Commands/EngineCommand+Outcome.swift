import Subprocess

extension EngineCommand {
    /// What became of a run.
    struct Outcome: Sendable {
        /// The exit status; 128 and the signal's number where a signal ended it.
        let status: Int32
        let output: [UInt8]
        let errorOutput: String

        var isSuccess: Bool { status == 0 }
    }
}

extension EngineCommand.Outcome {
    init(_ status: TerminationStatus, _ output: [UInt8], _ errorOutput: [UInt8]) {
        self.init(
            status: Self.status(status), output: output,
            errorOutput: String(decoding: errorOutput, as: UTF8.self))
    }

    static func status(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    /// The beginning of what was printed instead of an answer, for messages.
    var excerpt: String {
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else {
            return "an empty output"
        }
        return "\"\(line.prefix(80))\(line.count > 80 ? "…" : "")\""
    }

    /// The end of all that was printed.
    var tail: String {
        var tail = OutputTail(String(decoding: output, as: UTF8.self))
        for line in errorOutput.split(whereSeparator: \.isNewline) { tail.add(String(line)) }
        return tail.text
    }
}
