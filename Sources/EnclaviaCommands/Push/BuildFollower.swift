import EnclaviaCore

/// Follows the builds that a push has started (`push --wait`).
struct BuildFollower {
    private let context: CommandContext
    private let options: PushOptions

    init(_ context: CommandContext, _ options: PushOptions) {
        self.context = context
        self.options = options
    }

    /// Returns when all of them run, or after a signal, which ends the watch but not the builds.
    ///
    /// - Throws: `build_failed` where one of them will not run; ``BackendError``.
    func follow(_ result: PushResult) async throws {
        guard let response = result.record.notify.response else {
            if result.notifyError != nil {
                context.console.warn("the backend was not notified, so there is no build to follow")
            }
            return
        }
        guard !response.triggered.isEmpty else {
            if !options.quiet { context.console.log("no build was started, so none is followed") }
            return
        }
        do {
            let finished = try await EnclaveFollower(context, isQuiet: options.quiet)
                .follow(response.triggered)
            await context.remember(finished)
            if let failure = ErrorMessages.explain(
                failuresAmong: finished, pushID: result.record.id)
            {
                throw failure
            }
        } catch is CancellationError {
            context.console.log("stopped following the builds; they continue")
        } catch let error as BackendError {
            throw ErrorMessages.explain(error).about(stage: nil, pushID: result.record.id)
        }
    }
}
