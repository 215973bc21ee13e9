import EnclaviaCore
import Subprocess

/// Why a program could not be run to its end.
package enum ProgramRunError: Error, Hashable, Sendable {
    case notInstalled(program: String)
    /// A file of that name is there, and cannot be run.
    case unusableProgram(path: String, ProgramFault)
    /// It tried to use the terminal, in whose background it is.
    case wantsTerminal(command: String)
    /// It printed more than the limit.
    case badOutput(command: String, detail: String)
    /// It could not be started (126), or was ended with the task (143).
    case failed(command: String, status: Int32, output: String)
}

extension ProgramRun {
    /// The result of a run.
    package struct Outcome: Sendable {
        /// The exit status; 128 plus the signal's number if a signal ended it.
        package let status: Int32
        package let output: [UInt8]
        package let errorOutput: String

        package var isSuccess: Bool { status == 0 }
    }
}

extension ProgramRun.Outcome {
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

    /// The beginning of an output that is not as expected, for messages.
    package var excerpt: String {
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else {
            return "an empty output"
        }
        return "\"\(line.prefix(80))\(line.count > 80 ? "…" : "")\""
    }

    /// The end of all that was printed.
    package var tail: String {
        var tail = OutputTail(String(decoding: output, as: UTF8.self))
        for line in errorOutput.split(whereSeparator: \.isNewline) { tail.add(String(line)) }
        return tail.text
    }
}
