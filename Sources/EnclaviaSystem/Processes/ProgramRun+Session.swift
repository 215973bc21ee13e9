import Dispatch
import EnclaviaCore
import Glibc
import Subprocess
import Synchronization
import SystemPackage

extension ProgramRun {
    /// How a run in a session of its own ended.
    package enum SessionEnd: Hashable, Sendable {
        /// It printed the text that ends its output.
        case answered
        /// It ended before; the exit status, as ``Outcome/status``.
        case exited(Int32)
        /// The time was over, or it printed too much.
        case stopped
    }

    /// Runs it in a session of its own, without a terminal, until it prints `end`, and kills it then with all that it
    /// started in that session. It reads nothing, and what it writes to standard error is dropped.
    ///
    /// For programs that run code of the user's, which may wait, print, or start others.
    ///
    /// - Parameters:
    ///   - end: what ends the output.
    ///   - timeout: how long it may take.
    /// - Returns: what it printed before `end`.
    /// - Throws: ``ProgramRunError`` where it could not be started, or the task was cancelled.
    package func collectInOwnSession(
        until end: [UInt8], within timeout: Duration
    ) async throws(ProgramRunError) -> (output: [UInt8], end: SessionEnd) {
        let ended = await result { () async throws(ProgramRunError) in
            try await guarded {
                let pipe = try FileDescriptor.pipe()
                let session = SessionOutput(
                    pipe.readEnd, until: end, deadline: Deadline(after: timeout))
                var options = PlatformOptions()
                options.createSession = true
                let configuration = configuration(options)
                return try await withTaskCancellationHandler {
                    let reading = Task { await session.read() }
                    let status = await result { () async throws in
                        try await run(
                            configuration, input: .none,
                            output: .fileDescriptor(
                                pipe.writeEnd, closeAfterSpawningProcess: true),
                            error: .discarded
                        ) { session.started($0.processIdentifier.value) }.terminationStatus
                    }
                    session.ended()
                    let output = await reading.value
                    try Task.checkCancellation()
                    let code = Outcome.status(try status.get())
                    return (output.bytes, output.end ?? .exited(code))
                } onCancel: {
                    session.stop()
                }
            }
        }
        return try ended.get()
    }
}

/// The output of a program that leads a session, read on a thread of its own, and the end of that session.
private final class SessionOutput: Sendable {
    /// How often to check whether the program has ended, in milliseconds: what it started may keep its output open.
    private static let turn: Int32 = 20
    /// The most that is read, in bytes.
    private static let limit = 4 << 20

    private struct State {
        var leader: pid_t?
        var hasEnded = false
        var isStopped = false
        /// Whether the reader is done, so that the session is to be killed.
        var isRead = false
    }

    private let reader: FileDescriptor
    private let mark: [UInt8]
    private let deadline: Deadline
    private let state = Mutex(State())

    init(_ reader: FileDescriptor, until mark: [UInt8], deadline: Deadline) {
        self.reader = reader
        self.mark = mark
        self.deadline = deadline
    }

    deinit { close(reader.rawValue) }

    func started(_ leader: pid_t) {
        let isLate = state.withLock {
            $0.leader = leader
            return $0.isRead
        }
        if isLate { ProcessStatus.killSession(leader) }
    }

    func ended() { state.withLock { $0.hasEnded = true } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// What was printed before the mark; `end` is `nil` if the program ended before it printed that.
    func read() async -> (bytes: [UInt8], end: ProgramRun.SessionEnd?) {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                let output = readAll()
                let leader = state.withLock {
                    $0.isRead = true
                    return $0.leader
                }
                if let leader { ProcessStatus.killSession(leader) }
                continuation.resume(returning: output)
            }
        }
    }

    private func readAll() -> (bytes: [UInt8], end: ProgramRun.SessionEnd?) {
        var bytes: [UInt8] = []
        var searched = 0
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        // A program that has closed its output is given its time to end, since its exit status says why; poll(2) waits
        // for no file where the descriptor is negative.
        var ready = pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0)
        while true {
            let state = state.withLock { $0 }
            if state.isStopped || deadline.hasPassed || bytes.count > Self.limit {
                return (bytes, .stopped)
            }
            let count = poll(&ready, 1, state.hasEnded ? 0 : Self.turn)
            if count > 0 {
                let length = uninterrupted { Glibc.read(reader.rawValue, &piece, piece.count) }
                if length <= 0 {
                    ready.fd = -1
                    continue
                }
                bytes += piece.prefix(length)
                if let end = bytes[searched...].firstRange(of: mark) {
                    return (Array(bytes[..<end.lowerBound]), .answered)
                }
                searched = max(0, bytes.count - mark.count)
            } else if state.hasEnded || (count < 0 && errno != EINTR) {
                return (bytes, nil)
            }
        }
    }
}
