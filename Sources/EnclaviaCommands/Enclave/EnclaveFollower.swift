import EnclaviaCore
import Synchronization

/// Follows enclaves, and tells on standard error what they do: on a terminal in one line that is
/// redrawn, if it can, elsewhere in a line for each change, and one for each 30 s without any.
struct EnclaveFollower {
    private let context: CommandContext
    private let isQuiet: Bool

    init(_ context: CommandContext, isQuiet: Bool) {
        self.context = context
        self.isQuiet = isQuiet
    }

    /// - Returns: the enclaves as they were seen last.
    /// - Throws: `CancellationError` after a signal; ``BackendError``.
    func follow(_ ids: [String]) async throws -> [Enclave] {
        let watch = EnclaveWatch(try context.adapters.enclaves())
        let view = WatchView(context, isQuiet: isQuiet)
        view.begin()
        defer { view.end() }
        return try await watch.follow(ids) { view.show($0) }
    }
}

/// What a person sees of a watch.
private final class WatchView: Sendable {
    private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    private static let silenceMilliseconds: Int64 = 30_000

    private struct State {
        var statuses: [(id: String, status: String)] = []
        var frame = 0
        var isDrawn = false
        var isOver = false
        var lastWords: Timestamp
    }

    private let console: Console
    private let surroundings: any Surroundings
    private let isQuiet: Bool
    private let started: Timestamp
    private let state: Mutex<State>
    private let ticker: Ticker

    init(_ context: CommandContext, isQuiet: Bool) {
        console = context.console
        surroundings = context.surroundings
        self.isQuiet = isQuiet
        started = context.now()
        state = Mutex(State(lastWords: context.now()))
        ticker = Ticker(milliseconds: context.console.talk.canRedraw ? 100 : 1_000)
    }

    func begin() {
        if !isQuiet { ticker.start { [self] in tick() } }
    }

    func show(_ enclave: Enclave) {
        guard !isQuiet else { return }
        let now = surroundings.now()
        state.withLock { state in
            state.statuses.removeAll { $0.id == enclave.id }
            state.statuses.append((enclave.id, enclave.status))
            state.lastWords = now
            erase(&state)
            console.say("\(Words.shown(enclave.id)): \(Self.words(enclave.status))")
        }
    }

    func end() {
        ticker.stop()
        state.withLock { state in
            erase(&state)
            state.isOver = true
        }
    }

    private func tick() {
        let now = surroundings.now()
        let seconds = (now.milliseconds - started.milliseconds) / 1000
        state.withLock { state in
            guard !state.isOver else { return }
            let words = state.statuses.map { Self.words($0.status) }.joined(separator: ", ")
            if console.talk.canRedraw {
                state.frame = (state.frame + 1) % Self.frames.count
                console.sayRaw("\r\u{1B}[K\(Self.frames[state.frame]) \(words) · \(seconds) s")
                state.isDrawn = true
            } else if now.milliseconds - state.lastWords.milliseconds >= Self.silenceMilliseconds {
                state.lastWords = now
                console.say("still \(words) after \(seconds) s")
            }
        }
    }

    private func erase(_ state: inout State) {
        if state.isDrawn { console.sayRaw("\r\u{1B}[K") }
        state.isDrawn = false
    }

    private static func words(_ status: String) -> String {
        status == "waiting_for_image"
            ? "waiting for its image to be pushed" : Words.shown(status)
    }
}

extension Words {
    /// What became of enclaves that were followed and do not run; `nil` where all of them do.
    static func explain(failuresAmong enclaves: [Enclave], pushID: PushID? = nil) -> Explanation? {
        let sentences = enclaves.filter { $0.status != "running" }.map { enclave in
            enclave.status == "error"
                ? "the build of enclave \(shown(enclave.id)) failed:"
                    + " \(shown(enclave.errorMessage ?? "the backend does not say why"))"
                : "enclave \(shown(enclave.id)) does not run: it is \(shown(enclave.status))"
        }
        guard let first = enclaves.first(where: { $0.status != "running" }) else { return nil }
        return Explanation(
            .buildFailed, sentences.joined(separator: "; "),
            hint: "`enclavia enclave logs \(shown(first.id))` shows the build's log",
            pushID: pushID)
    }
}
