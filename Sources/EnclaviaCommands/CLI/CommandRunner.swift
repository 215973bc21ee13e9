import ArgumentParser
import EnclaviaCore
import SystemPackage

/// Runs a command line from its words to its exit code.
package enum CommandRunner {
    /// Parses, runs and reports. Errors are reported, not thrown; there is exactly one exit code.
    package static func run(
        _ invocation: Invocation, console: Console,
        context: @Sendable (SignalWatch) throws -> CommandContext
    ) async -> ExitStatus {
        // The parser takes three quarters of the time of this.
        if invocation.arguments == ["--version"] { return write(enclaviaVersion, console) }
        let command: any ParsableCommand
        do {
            command = try Enclavia.parseAsRoot(invocation.arguments)
        } catch {
            return report(parseError: error, invocation, console)
        }
        guard let command = command as? any EnclaviaCommand else {
            return help(for: command, invocation, console)
        }
        if let userError = refusal(of: invocation, paths: command.paths) {
            return report(userError, invocation, console)
        }
        let signals: SignalWatch
        do throws(Errno) {
            signals = try SignalWatch()
        } catch {
            return report(ErrorMessages.explain(any: error), invocation, console)
        }
        do {
            let context = try context(signals)
            return try await watched(context) { try await command.run(context) }
        } catch {
            return report(error, signals, invocation, console)
        }
    }

    /// Runs `body` to its end, cancelled by the first signal, and closes what it opened.
    static func watched<Value: Sendable>(
        _ context: CommandContext, _ body: sending @escaping () async throws -> Value
    ) async throws -> Value {
        // The command waits until the watch has started; an earlier signal would end the process without a
        // message.
        let (isWatched, watch) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            for await _ in isWatched {}
            return try await body()
        }
        context.signals.start(cancel: { work.cancel() }, end: forcedExit(context))
        watch.finish()
        let result = await work.result
        context.warn(await context.adapters.close())
        return try result.get()
    }

    /// Reports why a command failed: as a message on standard error, or with `--json` as JSON on standard
    /// output. Where standard output does not accept the JSON, the message goes to standard error; the exit code
    /// is the failure's in each case.
    static func report(
        _ userError: UserError, _ invocation: Invocation, _ console: Console
    ) -> ExitStatus {
        guard invocation.wantsJSON else {
            console.fail(userError)
            return userError.exitStatus
        }
        do {
            try console.result(json: ErrorJSON(userError))
        } catch {
            console.fail(userError)
        }
        return userError.exitStatus
    }

    /// The error for an argument that is neither UTF-8 nor a path: it would be recorded or sent as another text
    /// than was typed.
    private static func refusal(of invocation: Invocation, paths: [String]) -> UserError? {
        let wrong = invocation.arguments.first { word in
            !word.isUTF8 && !paths.contains { word == $0 || word.hasSuffix("=" + $0) }
        }
        return wrong.map {
            UserError(.usage, "the argument \($0.quoted) is not UTF-8")
        }
    }

    private static func forcedExit(_ context: CommandContext) -> ForcedExit {
        ForcedExit {
            context.adapters.waitForCriticalSection {
                context.console.log(
                    "the login is being renewed: waiting for the backend's response, since the"
                        + " request cannot be repeated")
            }
        } leave: { signal in
            context.adapters.removeCredentialsNow()
            let userError = UserError(.cancelled, "cancelled", exitStatus: signal)
            // A result that has begun is not followed by another JSON value.
            if context.console.hasResult {
                context.console.fail(userError)
            } else {
                _ = report(userError, context.invocation, context.console)
            }
        }
    }

    private static func report(
        _ error: any Error, _ signals: SignalWatch, _ invocation: Invocation, _ console: Console
    ) -> ExitStatus {
        switch error {
        case ConsoleError.closedPipe:
            return .done
        case ConsoleError.failed(let reason):
            return console.fail(output: reason)
        default:
            var userError = ErrorMessages.explain(any: error)
            if let signal = signals.received {
                let isCancellation = userError.kind == .cancelled
                userError = UserError(
                    .cancelled, isCancellation ? userError.message : "cancelled",
                    hint: isCancellation ? userError.hint : nil, stage: userError.stage,
                    pushID: userError.pushID, exitStatus: signal)
            }
            return report(userError, invocation, console)
        }
    }

    private static func report(
        parseError error: any Error, _ invocation: Invocation, _ console: Console
    ) -> ExitStatus {
        if Enclavia.exitCode(for: error) == .success {
            if let fault = CommandLineReading.unknownTopic(of: invocation.arguments) {
                return report(ErrorMessages.explain(fault), invocation, console)
            }
            return write(Help.text(for: error, columns: console.out.columns), console)
        }
        let fault = CommandLineReading(invocation.arguments)
            .error(Enclavia.message(for: error)) { words in
                (try? Enclavia.parseAsRoot(words)) != nil
            }
        return report(ErrorMessages.explain(fault), invocation, console)
    }

    /// What a command without a subcommand shows: the help of `help` and `--help`, or of a group.
    private static func help(
        for command: any ParsableCommand, _ invocation: Invocation, _ console: Console
    ) -> ExitStatus {
        let isGroup = !type(of: command).configuration.subcommands.isEmpty
        guard !(isGroup && invocation.wantsJSON) else {
            let path = CommandLineReading(invocation.arguments).group
            return report(
                ErrorMessages.explain(CommandLineError.missingCommand(path: path)), invocation,
                console)
        }
        do {
            var command = command
            try command.run()
            return .done
        } catch {
            return report(parseError: error, invocation, console)
        }
    }

    private static func write(_ text: String, _ console: Console) -> ExitStatus {
        do throws(ConsoleError) {
            try console.result(text)
            return .done
        } catch {
            switch error {
            case .closedPipe: return .done
            case .failed(let reason): return console.fail(output: reason)
            }
        }
    }
}

extension Console {
    /// Says on standard error that the result could not be written.
    func fail(output reason: Errno) -> ExitStatus {
        let userError = ErrorMessages.explain(output: reason)
        fail(userError)
        return userError.exitStatus
    }
}
