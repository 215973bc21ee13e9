import Dispatch
import EnclaviaCore
import Glibc
import Synchronization
import SystemPackage

/// A pseudo-terminal (pty(7)) for the output of a program that shows more on a terminal than on a pipe.
///
/// It is no process's controlling terminal: it sends no signals, and programs cannot prompt on it.
final class OutputTerminal: Sendable {
    /// How often to check whether the program has ended, in milliseconds. Processes that it leaves behind may keep
    /// its output open.
    private static let turn: Int32 = 50

    /// The most that is read after the program has ended, in bytes: more than a terminal holds, and so all that the
    /// program wrote. Processes that it leaves behind may write forever.
    private static let drainLimit = 64 << 10

    private let reader: FileDescriptor
    private let state: Mutex<(writer: FileDescriptor?, hasEnded: Bool)>

    /// `nil` if no pseudo-terminal is available, such as in a container without devpts.
    init?() {
        let reader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard reader >= 0 else { return nil }
        self.reader = FileDescriptor(rawValue: reader)
        var isLocked: CInt = 0
        let writer =
            ioctl(reader, Self.setLock, &isLocked) == 0
            ? ioctl(reader, Self.openPeer, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1
        state = Mutex((writer < 0 ? nil : FileDescriptor(rawValue: writer), false))
        guard writer >= 0, Self.configure(writer) else { return nil }
    }

    /// `TIOCSPTLCK` and `TIOCGPTPEER` (ioctl_tty(2)), as x86 and Arm define them in macros that Swift does not
    /// import. The terminal is not opened by name, which may not exist in this mount namespace.
    private static let setLock: UInt = 0x4004_5431
    private static let openPeer: UInt = 0x5441

    deinit {
        closeWriter()
        close(reader.rawValue)
    }

    /// Sets raw mode, which passes bytes unchanged, and 80 columns, which suffice for the numbers of Docker's
    /// progress bars.
    private static func configure(_ terminal: Int32) -> Bool {
        var mode = termios()
        guard tcgetattr(terminal, &mode) == 0 else { return false }
        cfmakeraw(&mode)
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        return tcsetattr(terminal, TCSANOW, &mode) == 0
            && ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0
    }

    /// The end that the program writes to; `nil` once the program has it.
    var writer: FileDescriptor? { state.withLock { $0.writer } }

    /// Closes this process's copy once the program has its own, so that the output ends with the program.
    func closeWriter() {
        state.withLock {
            if let writer = $0.writer { close(writer.rawValue) }
            $0.writer = nil
        }
    }

    /// Records that the program has ended; its remaining output is still read.
    func end() { state.withLock { $0.hasEnded = true } }

    /// Reads until the output ends, on a thread of its own.
    ///
    /// - Parameter line: gets each line, without escape sequences and trailing blanks.
    /// - Returns: the end of what was written.
    func read(
        without secrets: SecretScrubber, _ line: @escaping @Sendable (String) -> Void
    ) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                var lines = LineSplitter(without: secrets)
                var tail = OutputTail()
                func pass(_ text: String) {
                    // A secret with an escape sequence in its middle shows only now.
                    let plain = secrets.scrub(Array(EscapeSequences.removed(from: text).utf8))
                    var text = Substring(decoding: plain, as: UTF8.self)
                    // Docker puts a blank before a bar, even before an empty one.
                    while text.last?.isWhitespace == true { text.removeLast() }
                    guard !text.isEmpty else { return }
                    tail.add(String(text))
                    line(String(text))
                }
                var left = Self.drainLimit
                while let bytes = next(&left) { lines.add(bytes).forEach(pass) }
                lines.finish().map(pass)
                continuation.resume(returning: tail.text)
            }
        }
    }

    /// The next bytes; `nil` at the end of the output.
    ///
    /// - Parameter left: how many bytes are read once the program has ended.
    private func next(_ left: inout Int) -> [UInt8]? {
        while true {
            let isLast = state.withLock { $0.hasEnded }
            if isLast && left <= 0 { return nil }
            var ready = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
            let count = poll(&ready, 1, isLast ? 0 : Self.turn)
            if count > 0 {
                var buffer = [UInt8](repeating: 0, count: 16 << 10)
                let length = uninterrupted { Glibc.read(reader.rawValue, &buffer, buffer.count) }
                // EIO once nobody can write any more.
                guard length > 0 else { return nil }
                if isLast { left -= length }
                return Array(buffer.prefix(length))
            }
            if isLast || (count < 0 && errno != EINTR) { return nil }
        }
    }
}
