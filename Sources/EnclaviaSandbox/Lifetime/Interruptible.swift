import Foundation

/// Work that a signal may end.
enum Interruptible {
    /// EX_UNAVAILABLE of sysexits(3): the sandbox did not come up.
    private static let unavailable: Int32 = 69

    /// The exit code of `work`: what it returns, 128 and the signal's number when one ended it,
    /// 69 when it failed, with the reason on stderr.
    static func exitCode(
        report: Report, _ work: @escaping @Sendable (SignalWatch) async throws -> Int32
    ) async -> Int32 {
        let watch = SignalWatch()
        let task = Task { try await work(watch) }
        watch.onSignal { _ in task.cancel() }
        do {
            return try await task.value
        } catch {
            if let signal = watch.received { return 128 + signal }
            report.say("error: \(error)")
            return unavailable
        }
    }
}

extension SignalWatch {
    /// Waits for a signal, which then does nothing else.
    func firstSignal() async {
        let (signals, arrival) = AsyncStream<Int32>.makeStream()
        onSignal { number in
            arrival.yield(number)
            arrival.finish()
        }
        for await _ in signals { return }
    }
}
