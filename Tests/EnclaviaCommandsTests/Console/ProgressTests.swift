import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Synchronization
import Testing

/// Progress on terminals that can redraw a line, and on those that cannot.
struct ProgressTests {
    private static let dumb = TerminalCapabilities(
        isTerminal: true, hasColor: false, width: 80, canRedraw: false)

    /// A clock that advances by a fixed step each time it is read.
    private final class SteppingClock: SystemEnvironment {
        private let step: Int64
        private let moment = Mutex(Sample.moment("2026-11-23T12:00:00Z"))

        init(seconds: Int64) { step = seconds * 1_000 }

        func now() -> Timestamp {
            moment.withLock {
                $0 = $0.adding(milliseconds: step)
                return $0
            }
        }
        func random() -> (UInt64, UInt64) { (1, 1) }
    }

    private func importing(_ stderr: TerminalCapabilities, seconds: Int64) async throws -> String {
        let store = try RealStore()
        var line = store.commandLine
        line.stderr = stderr
        line.system = SteppingClock(seconds: seconds)
        let file = try store.file((0..<1_500).map { Sample.push($0) })
        let outcome = await line("history", "import", file)
        #expect(outcome.status == .done, "\(outcome.err)")
        return outcome.err
    }

    @Test func `on a terminal that can redraw, progress is one redrawn line`() async throws {
        let shown = try await importing(CommandLineRun.terminal(80), seconds: 1)
        #expect(shown.contains("\r\u{1B}[K"))
        #expect(!shown.contains("\n"))
    }

    @Test func `on a terminal that cannot redraw, progress is a whole line now and then`()
        async throws
    {
        let seldom = try await importing(Self.dumb, seconds: 20)
        #expect(seldom.split(separator: "\n").contains { $0.hasSuffix(" records imported") })
        #expect(!seldom.contains("\u{1B}") && !seldom.contains("\r"))
        #expect(try await importing(Self.dumb, seconds: 0) == "")
    }

    /// Whether each requested engine draws progress.
    private final class EngineRequests: Sendable {
        private let responses = Mutex<[Bool]>([])

        var all: [Bool] { responses.withLock { $0 } }

        func add(_ draws: Bool) { responses.withLock { $0.append(draws) } }
    }

    private static let shown: [([String], TerminalCapabilities, Bool)] = [
        ([], CommandLineRun.terminal(80), true), (["--json"], CommandLineRun.terminal(80), true),
        ([], dumb, false),
        ([], TerminalCapabilities(isTerminal: false, hasColor: false, width: nil), false),
        (["--quiet"], CommandLineRun.terminal(80), false),
        (["--progress", "none"], CommandLineRun.terminal(80), false),
        (["--progress=plain"], CommandLineRun.terminal(80), false),
    ]

    @Test(arguments: shown)
    func `the engine draws progress only where a push redraws a line`(
        _ options: [String], _ stderr: TerminalCapabilities, _ draws: Bool
    ) async throws {
        let asked = EngineRequests()
        var line = PushFixture().commandLine(try RealStore().journal) { asked.add($0) }
        line.stderr = stderr
        let push = await line.run(["push", "app", "myapp"] + options)
        #expect(push.status == .done, "\(push.err)")
        #expect(asked.all == [draws])
    }

    @Test func `a push on a terminal that cannot redraw a line shows the engine's lines`()
        async throws
    {
        let world = PushFixture(pushing: { output in
            output(.line("5f70bf18a086: Pushed"))
            output(.layers(done: 1, total: 2))
        })
        var line = world.commandLine(try RealStore().journal)
        line.stderr = Self.dumb
        let push = await line("push", "app", "myapp")
        #expect(push.err.contains("\n5f70bf18a086: Pushed\n"))
        #expect(!push.err.contains("\u{1B}") && !push.err.contains("\r"))
    }
}
