import ArgumentParser
import EnclaviaCore

struct HistoryVerify: EnclaviaCommand {
    static let examples = [
        Example("enclavia history verify", "check, and print the head"),
        Example("enclavia history verify --checkpoint monday", "compare with a checkpoint"),
        Example("enclavia history verify --json", "print the results as JSON"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the hash chain, and that the tables match the events.",
        discussion: examples.help(
            then: """
                Exits with 1 if there is a difference. Note the head elsewhere, or ship the event log: the \
                chain alone cannot show that all of it was rewritten, or that its end is missing.
                """))

    static let results = [PublishedSchema("verify", "history verify", .of(VerifyJSON.self))]

    @Option(
        help: ArgumentHelp(
            "A hash noted elsewhere, which the chain must contain.", valueName: "hash"),
        completion: .value(.free))
    var head: String?

    @OptionGroup var checkpoints: CheckpointOptions

    @OptionGroup var global: GlobalOptions

    var paths: [String] { checkpoints.paths }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        var options = VerifyOptions(head: try head.map(Self.hash))
        options.checkpoints = try await checkpoints.read(context)
        let bar = ProgressBar(context)
        let report = try context.adapters.verifier().verify(options) {
            bar.show("\($0) events", fraction: nil)
        }
        bar.clear()
        try Task.checkCancellation()
        let console = context.console
        for remark in report.checkpointRemarks { console.log(remark) }
        guard !context.invocation.wantsJSON else {
            try console.result(json: VerifyJSON(report))
            return report.status
        }
        for line in report.lines(on: console.out, in: context.zone) { try console.result(line) }
        if let remark = report.remark { console.log(remark) }
        return report.status
    }

    static func hash(_ text: String) throws -> String {
        let hex = text.lowercased()
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(ReferenceGrammar.isLowerHex) else {
            throw UserError(
                .usage, "--head \(text.quoted) is not 64 hexadecimal digits")
        }
        return hex
    }
}
