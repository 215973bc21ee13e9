import EnclaviaCore
import Synchronization

/// Follows enclaves, and prints their changes on standard error: a line for each change, and between them an
/// ``ActivityDisplay``.
struct EnclaveFollower {
    private let context: CommandContext
    private let isQuiet: Bool

    init(_ context: CommandContext, isQuiet: Bool) {
        self.context = context
        self.isQuiet = isQuiet
    }

    /// - Returns: the enclaves in their last known state.
    /// - Throws: `CancellationError` after a signal; ``BackendError``.
    func follow(_ ids: [String]) async throws -> [Enclave] {
        let poller = EnclavePoller(try context.adapters.enclaves())
        guard !isQuiet else { return try await poller.follow(ids) { _ in } }
        let view = WatchView(context)
        view.begin()
        defer { view.end() }
        return try await poller.follow(ids) { view.show($0) }
    }
}

/// Shows the state of the followed enclaves on standard error.
private final class WatchView: Sendable {
    private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    private struct State {
        var enclaves: [Enclave] = []
        var frame = 0
    }

    private let display: ActivityDisplay
    private let state = Mutex(State())

    init(_ context: CommandContext) {
        display = ActivityDisplay(context, redraws: context.console.stderr.canRedraw, every: 100)
    }

    func begin() {
        display.begin { [self] in activity() }
    }

    func show(_ enclave: Enclave) {
        state.withLock { state in
            state.enclaves.removeAll { $0.id == enclave.id }
            state.enclaves.append(enclave)
        }
        display.log("\(enclave.id.printable): \(enclave.activity)")
    }

    func end() {
        display.pause()
    }

    private func activity() -> String {
        state.withLock { state in
            let words = state.enclaves.map(\.activity).joined(separator: ", ")
            guard display.redraws else { return words }
            state.frame = (state.frame + 1) % Self.frames.count
            return "\(Self.frames[state.frame]) \(words)"
        }
    }
}
