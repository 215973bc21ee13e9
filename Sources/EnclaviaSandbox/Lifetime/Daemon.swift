import EnclaviaCore
import EnclaviaSystem
import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs in a separate session until the sandbox stops it.
final class Daemon: Sendable {
    let name: String
    /// The process, which is its session's and process group's leader as well.
    let process: Int32
    private let log: String
    private let run: Task<Void, Never>
    private let running: Ended

    private final class Ended: Sendable {
        let flag = Atomic(false)
    }

    private init(name: String, process: Int32, log: String, run: Task<Void, Never>, ended: Ended) {
        self.name = name
        self.process = process
        self.log = log
        self.run = run
        self.running = ended
    }

    var hasEnded: Bool { running.flag.load(ordering: .acquiring) }

    /// Starts `program` with its output in the file `log`. `watchdog` kills it if the sandbox cannot.
    static func launch(
        _ name: String, _ program: String, _ arguments: [String],
        environment: [String: String], log: String, watchdog: Watchdog
    ) async throws -> Daemon {
        let ended = Ended()
        let (started, starting) = AsyncThrowingStream<Int32, any Error>.makeStream()
        var platform = PlatformOptions()
        platform.createSession = true
        let options = platform
        let run = Task {
            do {
                let output = try FileDescriptor.open(
                    log, .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
                _ = try await Subprocess.run(
                    .path(FilePath(program)), arguments: Arguments(arguments),
                    environment: .native(environment), platformOptions: options, input: .none,
                    output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(output, closeAfterSpawningProcess: true)
                ) { execution in
                    starting.yield(execution.processIdentifier.value)
                    starting.finish()
                }
            } catch {
                starting.finish(
                    throwing: SandboxError.cannotStart(name, reason: String(describing: error)))
            }
            ended.flag.store(true, ordering: .releasing)
        }
        for try await process in started {
            watchdog.kill(group: process)
            return Daemon(name: name, process: process, log: log, run: run, ended: ended)
        }
        throw CancellationError()
    }

    /// Polls `isReady` until it is true. Throws if the daemon exits before, or after `limit`.
    func ready(within limit: Duration, _ isReady: () async -> Bool) async throws {
        let deadline = Deadline(after: limit)
        while !(await isReady()) {
            if hasEnded { throw SandboxError.ended(name, log: lastWords) }
            if deadline.remaining == .zero { throw SandboxError.notReady(name, log: lastWords) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends the process group: with SIGTERM and time to finish, then with SIGKILL.
    func stop(grace: Duration = .zero) async {
        if grace > .zero, kill(-process, SIGTERM) == 0 { await awaitEnd(within: grace) }
        // Kill the children first, so that their parent reaps them: where process 1 reaps nothing, as in
        // many containers, they would remain as zombies.
        let children = ProcessStatus.children(of: process)
        for child in children { kill(child, SIGKILL) }
        if !children.isEmpty { await awaitEnd(within: .seconds(1)) }
        if !hasEnded { kill(-process, SIGKILL) }
        await run.value
    }

    /// Never cancelled: ``Sandbox`` stops its daemons in a separate task.
    private func awaitEnd(within limit: Duration) async {
        let deadline = Deadline(after: limit)
        while !hasEnded, deadline.remaining > .zero {
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    /// The end of the daemon's log, in one line.
    private var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").suffix(3).joined(separator: " | ")
        return lines.isEmpty ? "it printed nothing" : lines
    }
}
