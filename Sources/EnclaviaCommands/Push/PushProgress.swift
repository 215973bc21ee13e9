import EnclaviaCore
import Synchronization

/// Shows how far the engine is.
protocol ProgressView: Sendable {
    /// - Parameter activity: what takes its time now, as it follows "still".
    func begin(_ activity: String)
    func show(_ output: EngineOutput)
    /// Makes room for a line of prose; what was under way has ended.
    func pause()
    func end()
}

struct SilentProgress: ProgressView {
    func begin(_ activity: String) {}
    func show(_ output: EngineOutput) {}
    func pause() {}
    func end() {}
}

/// Off a terminal, and on one that cannot redraw a line: the engine's own lines, and a line for each 30 s in which it said nothing, since
/// minutes of silence look like a hang in a build log.
final class PlainProgress: ProgressView {
    private static let silenceMilliseconds: Int64 = 30_000

    private let console: Console
    private let surroundings: any Surroundings
    private let lastWords: Mutex<Timestamp>
    private let activity = Mutex("")
    private let ticker = Ticker(milliseconds: 1_000)
    private let started: Timestamp

    init(_ console: Console, surroundings: any Surroundings) {
        self.console = console
        self.surroundings = surroundings
        started = surroundings.now()
        lastWords = Mutex(surroundings.now())
    }

    func begin(_ activity: String) {
        self.activity.withLock { $0 = activity }
        ticker.start { [self] in breakSilence() }
    }

    func show(_ output: EngineOutput) {
        guard case .line(let line) = output else { return }
        lastWords.withLock { $0 = surroundings.now() }
        console.say(TerminalText.escape(line))
    }

    func pause() {
        ticker.stop()
    }

    func end() { pause() }

    private func breakSilence() {
        let now = surroundings.now()
        let isDue = lastWords.withLock { last in
            guard now.milliseconds - last.milliseconds >= Self.silenceMilliseconds else {
                return false
            }
            last = now
            return true
        }
        guard isDue else { return }
        let seconds = (now.milliseconds - started.milliseconds) / 1000
        console.say("still \(activity.withLock { $0 }) after \(seconds) s")
    }
}

/// On a terminal that can redraw a line: one line, layers done of all, and the time that it took so far.
final class LineProgress: ProgressView {
    private struct State {
        var done = 0
        var total = 0
        var activity = ""
        var isShown = false
        var isRunning = false
    }

    private let console: Console
    private let surroundings: any Surroundings
    private let started: Timestamp
    private let state = Mutex(State())
    private let ticker = Ticker(milliseconds: 200)

    init(_ console: Console, surroundings: any Surroundings) {
        self.console = console
        self.surroundings = surroundings
        started = surroundings.now()
    }

    func begin(_ activity: String) {
        state.withLock {
            $0.isRunning = true
            $0.activity = activity
        }
        ticker.start { [self] in draw() }
    }

    func show(_ output: EngineOutput) {
        guard case .layers(let done, let total) = output else { return }
        state.withLock {
            $0.done = done
            $0.total = total
        }
    }

    func pause() {
        ticker.stop()
        state.withLock { state in
            if state.isShown { console.sayRaw("\r\u{1B}[K") }
            state.isShown = false
            state.isRunning = false
        }
    }

    func end() { pause() }

    private func draw() {
        let seconds = (surroundings.now().milliseconds - started.milliseconds) / 1000
        state.withLock { state in
            guard state.isRunning else { return }
            let isPushing = state.activity == PushNotice.pushing
            let layers = state.total > 0 ? "\(state.done)/\(state.total) layers" : "preparing"
            console.sayRaw("\r\u{1B}[K\(isPushing ? layers : state.activity) · \(seconds) s")
            state.isShown = true
        }
    }
}
