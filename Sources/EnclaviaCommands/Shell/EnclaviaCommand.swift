import ArgumentParser

/// A verb: it builds a request, calls one operation, and renders the value.
package protocol EnclaviaCommand: ParsableCommand {
    /// The schemas of what it prints with `--json`, or of its lines of JSON.
    static var results: [PublishedSchema] { get }

    /// The arguments that name files, whose bytes need not be UTF-8.
    var paths: [String] { get }

    /// - Returns: the exit code of a command that did its work, which may be a negative answer.
    /// - Throws: ``Explanation`` for what the user can mend, ``ConsoleError`` for a stream that closed.
    func run(_ context: CommandContext) async throws -> ExitStatus
}

extension EnclaviaCommand {
    package var paths: [String] { [] }
}
