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
        var enclaves: [Enclave] = []
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
            state.enclaves.removeAll { $0.id == enclave.id }
            state.enclaves.append(enclave)
            state.lastWords = now
            erase(&state)
            console.say("\(Words.shown(enclave.id)): \(enclave.activity)")
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
            let words = state.enclaves.map(\.activity).joined(separator: ", ")
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
}
