import EnclaviaCore
import EnclaviaSystem
import Synchronization

/// Shows the current activity on standard error: in one line that is redrawn, with the seconds since the display
/// was created, or, where no line can be redrawn, in a line after each 30 s without output.
final class ActivityDisplay: Sendable {
    private struct State {
        var line: RedrawnLine
        var quiet: QuietPeriod
        var isRunning = false
    }

    /// Whether it is one line that is redrawn.
    let redraws: Bool
    private let console: Console
    private let system: any SystemEnvironment
    private let started: Timestamp
    private let ticker: Ticker
    private let state: Mutex<State>

    /// - Parameter milliseconds: how often the line is redrawn.
    init(_ context: CommandContext, redraws: Bool, every milliseconds: Int) {
        let console = context.console
        let now = context.now()
        self.redraws = redraws
        self.console = console
        system = context.system
        started = now
        ticker = Ticker(milliseconds: redraws ? milliseconds : 1_000)
        state = Mutex(
            State(line: RedrawnLine { console.writeRaw($0) }, quiet: QuietPeriod(since: now)))
    }

    /// - Parameter activity: the current activity, phrased to follow "still"; called whenever it is shown.
    func begin(_ activity: @escaping @Sendable () -> String) {
        state.withLock { $0.isRunning = true }
        ticker.start { [self] in show(activity()) }
    }

    /// Prints a whole line; the activity continues.
    func log(_ line: String) {
        state.withLock { state in
            state.quiet.restart(at: system.now())
            state.line.erase()
            console.log(line)
        }
    }

    /// Erases the redrawn line, so that other lines can follow; the activity has ended.
    func pause() {
        ticker.stop()
        state.withLock { state in
            state.line.erase()
            state.isRunning = false
        }
    }

    private func show(_ activity: String) {
        let now = system.now()
        let seconds = (now.milliseconds - started.milliseconds) / 1000
        state.withLock { state in
            guard state.isRunning else { return }
            if redraws {
                state.line.show("\(activity) · \(seconds) s", at: now)
            } else if state.quiet.isLineDue(at: now) {
                console.log("still \(activity) after \(seconds) s")
            }
        }
    }
}
