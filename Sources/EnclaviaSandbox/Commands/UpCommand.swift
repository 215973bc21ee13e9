import ArgumentParser
import EnclaviaCore
import Foundation

/// `enclavia-sandbox up`
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start a sandbox and keep it running until a signal stops it.",
        discussion: """
            Prints the environment for commands inside, as lines that a shell can source. From a \
            script:

              enclavia-sandbox up --env-file sandbox.env & sandbox=$!
              until [ -e sandbox.env ]; do kill -0 $sandbox; sleep 0.1; done
              . ./sandbox.env
              …
              kill $sandbox; wait $sandbox

            \(FaultPlace.guide)
            """)

    @OptionGroup var flags: SandboxFlags

    @Option(help: "Write the environment to this file too, once the sandbox is up.")
    var envFile: String?

    @Flag(help: "Print the environment as one JSON object.")
    var json = false

    func run() async throws {
        let report = Report(quiet: flags.quiet)
        let (envFile, json) = (envFile, json)
        let code = await Interruptible.exitCode(report: report) { signals in
            try await Sandbox.with(flags.settings, report: report) { sandbox in
                let lines = ShellLines(sandbox.environment)
                if let envFile {
                    sandbox.adopt(envFile)
                    try PrivateFile.write(lines.text, to: envFile)
                }
                defer { if let envFile { unlink(envFile) } }
                report.result(json ? try lines.json : lines.text)
                if envFile == nil, !json {
                    report.progress("paste these lines into a shell; Ctrl-C stops the sandbox")
                }
                await signals.next()
                report.progress("stopping")
                return 0
            }
        }
        throw ExitCode(code)
    }
}

/// A sandbox's environment in the forms that `up` prints.
private struct ShellLines {
    private let variables: [(name: String, value: String?)]

    init(_ environment: [String: String?]) {
        variables = environment.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    /// `export NAME='value'` and `unset NAME`, for a POSIX shell.
    var text: String {
        variables.map { name, value in
            guard let value else { return "unset \(name)" }
            return "export \(name)='\(value.replacingOccurrences(of: "'", with: "'\\''"))'"
        }.joined(separator: "\n") + "\n"
    }

    /// An object of names to values; null unsets a variable.
    var json: String {
        get throws {
            let members = variables.map { ($0.name, $0.value.map(JSONValue.string) ?? .null) }
            let object = JSONValue.object(Dictionary(uniqueKeysWithValues: members))
            return try JSONText.encode(object)
        }
    }
}
