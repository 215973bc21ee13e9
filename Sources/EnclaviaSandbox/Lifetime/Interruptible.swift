/// Work that a signal may end.
enum Interruptible {
    /// EX_UNAVAILABLE of sysexits(3): the sandbox did not come up.
    private static let unavailable: Int32 = 69

    /// The exit code of `work`: what it returns, 128 and the signal's number when one ended it,
    /// 69 when it failed, with the reason on stderr.
    static func exitCode(
        report: Report, _ work: @escaping @Sendable (ReceivedSignals) async throws -> Int32
    ) async -> Int32 {
        var signals: ReceivedSignals?
        do {
            let received = try ReceivedSignals()
            signals = received
            let task = Task { try await work(received) }
            received.onSignal { _ in task.cancel() }
            return try await task.value
        } catch {
            if let signal = signals?.first { return 128 + signal }
            report.log("error: \(error)")
            return unavailable
        }
    }
}
