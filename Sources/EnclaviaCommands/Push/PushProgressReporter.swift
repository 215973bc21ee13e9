import EnclaviaCore
import Synchronization

/// Reports on standard error what a push does: messages, the engine's progress, warnings.
final class PushProgressReporter: Sendable {
    private let console: Console
    private let isQuiet: Bool
    /// `nil` where no progress is to be shown.
    private let display: ActivityDisplay?
    /// How much the engine has pushed.
    private let amount = Mutex(PushAmount())

    /// - Parameter isQuiet: whether only warnings are shown.
    init(_ context: CommandContext, isQuiet: Bool = false, _ progress: ProgressChoice = .auto) {
        console = context.console
        self.isQuiet = isQuiet
        let redraws = progress == .auto && console.stderr.canRedraw
        display =
            isQuiet || progress == .none
            ? nil : ActivityDisplay(context, redraws: redraws, every: 200)
    }

    /// Whether progress is one line that is redrawn.
    var redraws: Bool { display?.redraws ?? false }

    func report(_ progress: PushProgress) {
        switch progress.message {
        case .progress(let output):
            show(output)
        case .warning(let sentence):
            end()
            console.warn(sentence)
        case .prose(let sentence, let activity):
            end()
            if let sentence, !isQuiet { console.log(sentence) }
            guard let activity, let display else { return }
            let isCounted = display.redraws && activity == PushProgress.pushing
            display.begin { [self] in isCounted ? amount.withLock { $0.text } : activity }
        }
    }

    /// Erases the redrawn line. May be called more than once.
    func end() {
        display?.pause()
    }

    /// Where no line is redrawn, the engine's own lines are shown.
    private func show(_ output: EngineOutput) {
        switch output {
        case .line(let line):
            guard let display, !display.redraws else { return }
            display.log(TerminalText.escape(line))
        case .layers(let done, let total):
            amount.withLock { $0.layers = (done, total) }
        case .bytes(let sent, let total):
            amount.withLock { $0.bytes = (sent, total) }
        }
    }
}

/// How much of an image was pushed.
private struct PushAmount: Sendable {
    var layers = (done: 0, total: 0)
    var bytes = (sent: Int64(0), total: Int64(0))

    /// `1/2 layers, 12.3/45.0 MB`.
    var text: String {
        guard layers.total > 0 else { return "preparing" }
        let counted = "\(layers.done)/\(layers.total) layers"
        guard bytes.total > 0 else { return counted }
        let unit = ByteCount.unit(for: bytes.total)
        return "\(counted), \(ByteCount.tenths(of: bytes.sent, unit))/"
            + "\(ByteCount.tenths(of: bytes.total, unit)) \(unit.name)"
    }
}
