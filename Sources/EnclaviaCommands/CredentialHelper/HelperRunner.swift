import EnclaviaCore

/// Runs `docker-credential-enclavia` from its request to its exit code.
package enum HelperRunner {
    /// Answers a request. What prevents an answer is said on standard output, as the protocol wants it.
    package static func run(
        _ request: HelperRequest, console: Console,
        context: (SignalWatch) throws -> CommandContext
    ) async -> ExitStatus {
        let reply: HelperReply
        var signal: ExitStatus?
        if let immediate = HelperAnswers.immediate(request) {
            reply = immediate
        } else {
            do {
                let signals = try SignalWatch()
                let context = try context(signals)
                reply = try await CommandRunner.watched(context) {
                    await HelperAnswers(adapters: context.adapters).reply(to: request)
                }
                signal = signals.received
            } catch {
                reply = .failure(ErrorMessages.explain(any: error))
            }
        }
        let exitStatus = reply.exitStatus == .done ? .done : signal ?? reply.exitStatus
        do throws(ConsoleError) {
            try reply.write(to: console)
        } catch {
            guard case .failed(let reason) = error else { return exitStatus }
            return console.fail(output: reason)
        }
        return exitStatus
    }
}
