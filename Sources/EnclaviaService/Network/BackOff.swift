import EnclaviaCore

/// How long to wait before a call is made again.
enum BackOff {
    /// The longest `Retry-After` that is honored; a longer one ends the retries.
    static let longestPause = Duration.seconds(20)

    /// The pause before the next attempt, after `tries` failed ones; `nil` where a retry would not help.
    static func pause(
        after outcome: Result<HTTPResponse, TransportError>, tries: Int,
        _ system: any SystemEnvironment
    ) -> Duration? {
        switch outcome {
        case .failure(let error) where error.isTransient:
            return pause(tries, system)
        case .success(let response) where response.status == 429 || response.status >= 500:
            let asked = RetryAfter.duration(response, now: system.now())
            guard let asked else { return pause(tries, system) }
            return asked <= longestPause ? asked : nil
        default:
            return nil
        }
    }

    /// 250 ms, doubled for each attempt up to 8 s, with a jitter of plus or minus one half.
    private static func pause(_ tries: Int, _ system: any SystemEnvironment) -> Duration {
        let base: Int64 = 250 << min(tries - 1, 5)
        let jitter = Int64(system.random().0 % UInt64(base))
        return .milliseconds(base / 2 + jitter)
    }
}
