import EnclaviaCore

/// What a command may use of the world. Adapters are made when they are first asked for, so that a
/// command pays for nothing that it does not need.
package struct CommandContext: Sendable {
    package let invocation: Invocation
    package let settings: Settings
    package let console: Console
    package let system: any SystemEnvironment
    package let adapters: any Adapters
    package let signals: SignalWatch
    /// The zone of the times that people write and read.
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

    /// Prints a result: as one JSON value where that was asked for, else as `print` prints it for people.
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
