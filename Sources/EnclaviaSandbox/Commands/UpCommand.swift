import ArgumentParser
import Foundation

/// `enclavia-sandbox up`
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Bring a sandbox up and keep it until a signal ends it.",
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
        let code = await Interruptible.exitCode(report: report) { watch in
            try await Sandbox.with(flags.settings, report: report) { sandbox in
                let lines = ShellLines(sandbox.environment)
                if let envFile {
                    sandbox.adopt(envFile)
                    try PrivateFile.write(lines.text, to: envFile)
                }
                defer { if let envFile { unlink(envFile) } }
                report.result(json ? try lines.json : lines.text)
                if envFile == nil, !json {
                    report.progress("paste these lines into a shell; Ctrl-C ends the sandbox")
                }
                await watch.firstSignal()
                report.progress("going down")
                return 0
            }
        }
        throw ExitCode(code)
    }
}
