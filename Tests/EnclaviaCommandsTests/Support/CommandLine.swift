import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Foundation
import Synchronization
import Testing

/// A command line run in this process, with the real parser and commands, and a test's adapters.
struct CommandLineRun {
    var adapters = TestAdapters()
    /// The capabilities of standard output.
    var out = TerminalCapabilities(isTerminal: false, hasColor: false, width: nil)
    /// The capabilities of standard error.
    var stderr = TerminalCapabilities(isTerminal: false, hasColor: false, width: nil)
    /// The clock and the random source; `nil` for a clock that stands at ``now``.
    var system: (any SystemEnvironment)?
    var now = Timestamp("2026-11-23T12:00:00Z") ?? Timestamp(milliseconds: 0)
    var zone = LocalZone.utc
    /// Receives standard error while the command runs, for a test that waits for a line.
    var heard: Recorder?
    var environment: [String: String] = ["HOME": "/nonexistent"]

    static func terminal(_ width: Int, color: Bool = false) -> TerminalCapabilities {
        TerminalCapabilities(isTerminal: true, hasColor: color, width: width)
    }

    func callAsFunction(_ words: String...) async -> Outcome { await run(words) }

    func run(_ words: [String]) async -> Outcome {
        let out = Recorder()
        let stderr = heard ?? Recorder()
        let invocation = Invocation(words)
        let console = Console(
            out: self.out, stderr: self.stderr,
            writeOut: { bytes throws(ConsoleError) in out.append(bytes) },
            writeStderr: { bytes throws(ConsoleError) in stderr.append(bytes) })
        let status = await CommandRunner.run(invocation, console: console) { signals in
            CommandContext(
                invocation: invocation,
                settings: try Settings(environment: environment, workingDirectory: "/"),
                console: console, system: system ?? FixedSystem(moment: now),
                adapters: adapters, signals: signals, zone: zone)
        }
        return Outcome(status: status, out: out.text, err: stderr.text, writes: out.count)
    }

    struct Outcome {
        let status: EnclaviaCommands.ExitStatus
        let out: String
        let err: String
        /// How many writes standard output took.
        let writes: Int

        var lines: [String] { out.split(separator: "\n").map(String.init) }

        /// The one JSON object on standard output.
        func object() throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: Data(out.utf8))
            return try #require(value as? [String: Any], "not one JSON object: \(out)")
        }

        func array() throws -> [[String: Any]] {
            let value = try JSONSerialization.jsonObject(with: Data(out.utf8))
            return try #require(value as? [[String: Any]], "not one JSON array: \(out)")
        }
    }
}

/// Collects what is written to a stream.
final class Recorder: Sendable {
    private let pieces = Mutex<[[UInt8]]>([])

    func append(_ more: [UInt8]) { pieces.withLock { $0.append(more) } }

    var text: String { pieces.withLock { String(decoding: $0.joined(), as: UTF8.self) } }
    var count: Int { pieces.withLock { $0.count } }
}

struct FixedSystem: SystemEnvironment {
    let moment: Timestamp

    func now() -> Timestamp { moment }
    func random() -> (UInt64, UInt64) {
        (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
    }
}
