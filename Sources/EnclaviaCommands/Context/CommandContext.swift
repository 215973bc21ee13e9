import EnclaviaCore

/// The dependencies of a command. Its adapters open files and connections only when they are first used.
package struct CommandContext: Sendable {
    package let invocation: Invocation
    package let settings: Settings
    package let console: Console
    package let system: any SystemEnvironment
    package let adapters: any Adapters
    package let signals: SignalWatch
    /// The time zone of arguments and of output for people.
    package let zone: LocalZone

    package init(
        invocation: Invocation, settings: Settings, console: Console,
        system: any SystemEnvironment, adapters: any Adapters, signals: SignalWatch,
        zone: LocalZone = .system
    ) {
        self.invocation = invocation
        self.settings = settings
        self.console = console
        self.system = system
        self.adapters = adapters
        self.signals = signals
        self.zone = zone
    }

    package func now() -> Timestamp { system.now() }

    /// Prints a result: as one JSON value with `--json`, else with `print`, for people.
    func show(
        _ json: @autoclosure () -> some JSONDescribed, else print: (Console) throws -> Void
    ) throws {
        if invocation.wantsJSON {
            try console.result(json: json())
        } else {
            try print(console)
        }
    }
}
