/// Work that a signal may end.
enum Interruptible {
    /// EX_UNAVAILABLE of sysexits(3): the sandbox did not come up.
    private static let unavailable: Int32 = 69

    /// The exit code of `work`: its result; 128 plus the signal's number if a signal ended it; 69, with
    /// the error on stderr, if it failed.
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
