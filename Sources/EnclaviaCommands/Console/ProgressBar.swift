import EnclaviaCore
import Synchronization

/// A line on standard error that is redrawn while work goes on; on a terminal that cannot redraw a line each
/// 10 s, and nothing off a terminal.
final class ProgressBar: Sendable {
    private struct State {
        var lastDrawn: Int64?
        var isShown = false
    }

    /// Often enough to look alive.
    private static let interval: Int64 = 100
    /// Seldom enough not to fill a screen that keeps every line.
    private static let plainInterval: Int64 = 10_000
    private static let length = 24

    private let console: Console
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(_ context: CommandContext) {
        console = context.console
        let surroundings = context.surroundings
        now = { surroundings.now() }
    }

    /// - Parameter fraction: between 0 and 1; `nil` where the end is not known.
    func show(_ text: String, fraction: Double?) {
        guard console.talk.isTerminal else { return }
        state.withLock { state in
            let moment = now().milliseconds
            guard console.talk.canRedraw else {
                let isDue = state.lastDrawn.map { moment - $0 >= Self.plainInterval } ?? false
                if isDue { console.say(text) }
                if isDue || state.lastDrawn == nil { state.lastDrawn = moment }
                return
            }
            guard state.lastDrawn.map({ moment - $0 >= Self.interval }) ?? true else { return }
            state.lastDrawn = moment
            state.isShown = true
            console.sayRaw("\r\u{1B}[K" + (fraction.map { Self.bar($0) + " " } ?? "") + text)
        }
    }

    /// Leaves the line empty.
    func clear() {
        state.withLock { state in
            if state.isShown { console.sayRaw("\r\u{1B}[K") }
            state = State()
        }
    }

    private static func bar(_ fraction: Double) -> String {
        let filled = Int(Double(length) * min(1, max(0, fraction)))
        let empty = String(repeating: "·", count: length - filled)
        return String(repeating: "█", count: filled) + empty + " \(Int(fraction * 100))%"
    }
}
