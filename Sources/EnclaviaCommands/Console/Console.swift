import EnclaviaCore
import EnclaviaSystem
import Glibc
import Synchronization
import SystemPackage

/// Writes the program's output: the result to standard output, all else to standard error.
package final class Console: Sendable {
    package typealias Writer = @Sendable (_ bytes: [UInt8]) throws(ConsoleError) -> Void

    private let writeOut: Writer
    private let writeStderr: Writer
    private let hasNoReader: @Sendable () -> Bool
    private let hasBegun = Atomic(false)
    /// The secrets, which are removed from all output.
    private let secrets: SecretScrubber
    package let out: TerminalCapabilities
    package let stderr: TerminalCapabilities

    package init(
        out: TerminalCapabilities, stderr: TerminalCapabilities, writeOut: @escaping Writer,
        writeStderr: @escaping Writer, hasNoReader: @escaping @Sendable () -> Bool = { false },
        secrets: SecretScrubber = SecretScrubber()
    ) {
        self.secrets = secrets
        self.out = out
        self.stderr = stderr
        self.writeOut = writeOut
        self.writeStderr = writeStderr
        self.hasNoReader = hasNoReader
    }

    /// The process's own standard output and standard error.
    ///
    /// - Parameter secrets: removed from what is written to either.
    package static func standard(
        environment: [String: String], choice: ColorChoice, secrets: SecretScrubber
    ) -> Console {
        Console(
            out: TerminalCapabilities(.standardOutput, environment: environment, choice: choice),
            stderr: TerminalCapabilities(.standardError, environment: environment, choice: choice),
            writeOut: { bytes throws(ConsoleError) in try write(bytes, to: .standardOutput) },
            writeStderr: { bytes throws(ConsoleError) in try write(bytes, to: .standardError) },
            hasNoReader: { isWithoutReader(.standardOutput) }, secrets: secrets)
    }

    /// Checks, without writing anything or waiting, that the result can be written: an empty write(2) fails
    /// on a closed descriptor.
    package func checkResult() throws(ConsoleError) { try writeOut([]) }

    /// Whether the result has no reader any more, as after `head`. Checks without writing anything.
    package var isReaderClosed: Bool { hasNoReader() }

    /// Whether the program has written any of the result, or tried to.
    package var hasResult: Bool { hasBegun.load(ordering: .acquiring) }

    /// Writes a line of the result.
    package func result(_ line: String) throws(ConsoleError) {
        try result(bytes: Array((line + "\n").utf8))
    }

    /// Writes bytes of the result unchanged, except for secrets. A secret that is split between two calls is not
    /// recognised, so each call writes whole lines.
    package func result(bytes: [UInt8]) throws(ConsoleError) {
        hasBegun.store(true, ordering: .releasing)
        try writeOut(secrets.scrub(bytes))
    }

    /// Writes a line of the result with the secret that it holds: the credential helper's answer, which its client
    /// reads from a pipe.
    package func result(withSecret line: String) throws(ConsoleError) {
        hasBegun.store(true, ordering: .releasing)
        try writeOut(Array((line + "\n").utf8))
    }

    /// Writes a line to standard error. A failure is ignored: it cannot be reported, and the command continues.
    package func log(_ line: String) {
        writeRaw(line + "\n")
    }

    /// Writes text without a newline to standard error, such as a line that is redrawn.
    package func writeRaw(_ text: String) {
        try? writeStderr(secrets.scrub(Array(text.utf8)))
    }

    package func warn(_ message: String) {
        log("\(stderr.styled("warning:", .yellow)) \(message)")
    }

    package func fail(_ userError: UserError) {
        log("\(stderr.styled("error:", .red)) \(userError.message)")
        if let hint = userError.hint { log("hint: \(hint)") }
    }
}

/// Why a result could not be written.
package enum ConsoleError: Error, Hashable, Sendable {
    /// The reader has closed the pipe, as `head` does; this is not an error of the command.
    case closedPipe
    /// Standard output is closed (`EBADF`) or cannot take more, such as on a full disk.
    case failed(Errno)
}

private func write(_ bytes: [UInt8], to stream: FileDescriptor) throws(ConsoleError) {
    do {
        try stream.writeWhole(bytes) {}
    } catch Errno.brokenPipe {
        throw .closedPipe
    } catch {
        throw .failed(error as? Errno ?? .ioError)
    }
}

/// poll(2) reports an error on the writing end of a pipe that has no readers.
private func isWithoutReader(_ stream: FileDescriptor) -> Bool {
    var state = pollfd(fd: stream.rawValue, events: 0, revents: 0)
    return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLERR | POLLHUP) != 0
}

extension Console {
    /// Writes a value as one line of JSON, escaped on a terminal.
    package func result(json value: some JSONDescribed) throws {
        try result(storedJSON: JSONText.encode(value))
    }

    /// Writes stored JSON text as one line, escaped on a terminal.
    package func result(storedJSON text: String) throws {
        try result(out.isTerminal ? TerminalText.escape(json: text) : text)
    }
}
