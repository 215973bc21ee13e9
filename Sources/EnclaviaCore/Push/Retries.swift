import Synchronization

/// The retries of a push after temporary failures (`--retry`), and the pauses before them.
final class Retries: Sendable {
    /// The longest pause, and the longest that a registry may request, in milliseconds.
    static let longestMilliseconds: Int64 = 30_000

    private struct State {
        var left: Int
        var used = 0
    }

    private let state: Mutex<State>
    private let system: any SystemEnvironment
    /// The middle of the first pause; each further one is twice as long.
    private let firstMilliseconds: Int64

    init(_ count: Int, _ system: any SystemEnvironment, firstMilliseconds: Int64) {
        state = Mutex(State(left: count))
        self.system = system
        self.firstMilliseconds = firstMilliseconds
    }

    /// The number of retries used.
    var used: Int { state.withLock { $0.used } }

    /// Uses one retry, if the failure is temporary.
    ///
    /// - Returns: the pause before it; `nil` where no retry is left, the failure is not temporary, or the registry
    ///   requested a longer pause than ``longestMilliseconds``.
    func next(after error: PushError) -> Duration? {
        guard error.isTransient else { return nil }
        let asked = error.retryAfter ?? .zero
        guard asked <= .milliseconds(Self.longestMilliseconds) else { return nil }
        let attempt = state.withLock { state -> Int? in
            guard state.left > 0 else { return nil }
            state.left -= 1
            state.used += 1
            return state.used
        }
        return attempt.map { max(asked, pause($0)) }
    }

    /// Half to one and a half of the doubled time, so that pushes that failed together do not retry together.
    private func pause(_ attempt: Int) -> Duration {
        let middle = min(firstMilliseconds << min(attempt - 1, 20), Self.longestMilliseconds)
        let jitter = Int64(system.random().0 % UInt64(max(1, middle)))
        return .milliseconds(min(middle / 2 + jitter, Self.longestMilliseconds))
    }
}

extension PushError {
    /// Whether the same push may succeed a moment later.
    var isTransient: Bool {
        switch self {
        case .engine(.busy, _): true
        case .registry(let error, _): error.isTransient && error != .cancelled
        case .backend, .destination, .engine, .policy, .noDigest, .contradicted, .otherImage,
            .neverArrived, .cancelled:
            false
        }
    }

    /// Whether the registry itself refused the push.
    var isRefusal: Bool {
        switch self {
        case .engine(let error, stage: .push): error.isRefusal
        case .engine, .destination, .backend, .registry, .policy, .noDigest, .contradicted,
            .otherImage, .neverArrived, .cancelled:
            false
        }
    }

    /// The pause that the registry requested.
    fileprivate var retryAfter: Duration? {
        guard case .engine(.busy(_, _, let retryAfter), _) = self else { return nil }
        return retryAfter
    }
}
