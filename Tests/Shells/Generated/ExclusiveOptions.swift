import ArgumentParser
import EnclaviaCommands

/// The groups of options that the commands declare as exclusive.
enum ExclusiveOptions {
    /// - Parameter path: the names of a command, the program's first.
    static func groups(of path: String) -> [[String]] {
        var command: any ParsableCommand.Type = Enclavia.self
        for name in path.split(separator: " ").dropFirst() {
            let next = command.configuration.subcommands.first {
                $0.configuration.commandName == String(name)
            }
            guard let next else { return [] }
            command = next
        }
        return (command as? any EnclaviaCommand.Type)?.exclusive ?? []
    }
}
