import EnclaviaCore
import EnclaviaService
import Foundation
import SystemPackage

/// The program with its real adapters.
package enum Main {
    /// Runs a command line with the real adapters.
    ///
    /// - Parameter arguments: the words after the program's name.
    package static func run(_ arguments: [String]) async -> ExitStatus {
        let invocation = Invocation(arguments)
        let environment = NativeEnvironment.variables()
        let secrets = SecretScrubber(environment: environment)
        let console = Console.standard(
            environment: environment, choice: invocation.color, secrets: secrets)
        return await CommandRunner.run(invocation, console: console) { signals in
            let settings = try Settings(
                environment: environment,
                workingDirectory: NativeEnvironment.workingDirectory())
            return context(invocation, settings, console, secrets, signals)
        }
    }

    /// Answers a client of the credential helper.
    ///
    /// - Parameter arguments: the words after the program's name.
    package static func answer(_ arguments: [String]) async -> ExitStatus {
        let request = HelperRequest(arguments, from: .standardInput)
        let environment = NativeEnvironment.variables()
        let secrets = SecretScrubber(environment: environment)
        let console = Console.standard(environment: environment, choice: .auto, secrets: secrets)
        return await HelperRunner.run(request, console: console) { signals in
            // With a token in the environment, no file is read: a container's random user has no home directory.
            let needsHome = environment["ENCLAVIA_TOKEN"]?.allSatisfy(\.isWhitespace) ?? true
            let settings = try Settings(
                environment: environment,
                workingDirectory: NativeEnvironment.workingDirectory(), needsHome: needsHome)
            return context(Invocation([]), settings, console, secrets, signals)
        }
    }

    private static func context(
        _ invocation: Invocation, _ settings: Settings, _ console: Console,
        _ secrets: SecretScrubber, _ signals: SignalWatch
    ) -> CommandContext {
        let system = LiveSystem()
        return CommandContext(
            invocation: invocation, settings: settings, console: console, system: system,
            adapters: LiveAdapters(settings, console, system, secrets), signals: signals)
    }
}

/// The system's clock and random source.
struct LiveSystem: SystemEnvironment {
    func now() -> Timestamp { Timestamp(Date()) }

    func random() -> (UInt64, UInt64) {
        (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
    }
}
