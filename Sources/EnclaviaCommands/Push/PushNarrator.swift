import EnclaviaCore

/// Says on standard error what a push does: prose, the engine's progress, warnings.
final class PushNarrator: Sendable {
    private let console: Console
    private let isQuiet: Bool
    private let progress: any ProgressView

    init(_ context: CommandContext, _ options: PushOptions) {
        console = context.console
        isQuiet = options.quiet
        progress =
            switch options.quiet ? .none : options.progress {
            case .none: SilentProgress()
            case .auto where console.talk.canRedraw:
                LineProgress(console, surroundings: context.surroundings)
            case .auto, .plain: PlainProgress(console, surroundings: context.surroundings)
            }
    }

    func say(_ notice: PushNotice) {
        switch notice.message {
        case .progress(let output):
            progress.show(output)
        case .warning(let sentence):
            progress.pause()
            console.warn(sentence)
        case .prose(let sentence, let activity):
            progress.pause()
            if let sentence, !isQuiet { console.say(sentence) }
            if let activity { progress.begin(activity) }
        }
    }

    /// Leaves the terminal's line as it should be. May be called more than once.
    func end() {
        progress.end()
    }
}
