import EnclaviaCore
import EnclaviaSystem
import Synchronization

/// Shows progress on standard error: in a line that is redrawn; on a terminal that cannot redraw, in a new line
/// every 10 s; off a terminal, not at all.
final class ProgressBar: Sendable {
    private struct State {
        var line: RedrawnLine
        /// The time since the last line, on a terminal that cannot redraw.
        var quiet: QuietPeriod?
    }

    private static let length = 24

    private let console: Console
    private let system: any SystemEnvironment
    private let state: Mutex<State>

    init(_ context: CommandContext) {
        let console = context.console
        self.console = console
        system = context.system
        // Often enough to look continuous.
        state = Mutex(State(line: RedrawnLine(every: 100) { console.writeRaw($0) }))
    }

    /// - Parameter fraction: between 0 and 1; `nil` where the end is not known.
    func show(_ text: String, fraction: Double?) {
        guard console.stderr.isTerminal else { return }
        let moment = system.now()
        state.withLock { state in
            if console.stderr.canRedraw {
                state.line.show((fraction.map { Self.bar($0) + " " } ?? "") + text, at: moment)
            } else {
                if state.quiet?.isLineDue(at: moment) == true { console.log(text) }
                // Seldom enough not to fill the screen.
                state.quiet = state.quiet ?? QuietPeriod(10_000, since: moment)
            }
        }
    }

    /// Leaves the line empty.
    func clear() {
        state.withLock { state in
            state.line.erase()
            state.quiet = nil
        }
    }

    private static func bar(_ fraction: Double) -> String {
        let filled = Int(Double(length) * min(1, max(0, fraction)))
        let empty = String(repeating: "·", count: length - filled)
        return String(repeating: "█", count: filled) + empty + " \(Int(fraction * 100))%"
    }
}
