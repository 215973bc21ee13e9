import ArgumentParser
import EnclaviaCore

struct HistoryVerify: EnclaviaCommand {
    static let examples = [
        Example("enclavia history verify", "check, and print the head"),
        Example("enclavia history verify --checkpoint monday", "compare with a checkpoint"),
        Example("enclavia history verify --against log", "compare with an event log"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the hash chain, and that the tables match the events.",
        discussion: examples.help(
            then: """
                Exits with 1 if there is a difference. Note the head elsewhere, or ship the event log: who \
                can write the file can rebuild all of it, so the chain alone cannot show that it was \
                rewritten, that its end is missing, or that somebody else appended events. --against \
                compares with event logs that were shipped, in any order.
                """))

    static let results = [PublishedSchema("verify", "history verify", .of(VerifyJSON.self))]

    @Option(
        help: ArgumentHelp(
            "A hash noted elsewhere, which the chain must contain.", valueName: "hash"),
        completion: .value(.free))
    var head: String?

    @OptionGroup var checkpoints: CheckpointOptions

    @Option(
        name: .customLong("against"),
        help: ArgumentHelp(
            "Compare with this event log, - for standard input; may be repeated.",
            valueName: "file"),
        completion: .value(.file))
    var logs: [String] = []

    @OptionGroup var global: GlobalOptions

    var paths: [String] { checkpoints.paths + logs }

    func validate() throws {
        guard !checkpoints.files.contains("-") || !logs.contains("-") else {
            throw ValidationError("standard input is read once: give - for one file only")
        }
    }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        var options = VerifyOptions(head: try head.map(Self.hash))
        let logs = try VerifyLogs(logs, context)
        options.checkpoints = try await checkpoints.read(context)
        let bar = ProgressBar(context)
        let report = try context.adapters.verifier().verify(options) {
            bar.show("\($0) events", fraction: nil)
        }
        try Task.checkCancellation()
        let comparison = try logs.compare(context, bar)
        bar.clear()
        let console = context.console
        for remark in report.checkpointRemarks { console.log(remark) }
        guard !context.invocation.wantsJSON else {
            try console.result(json: VerifyJSON(report, against: comparison))
            return report.status(with: comparison)
        }
        for line in report.lines(with: comparison, on: console.out, in: context.zone) {
            try console.result(line)
        }
        if let remark = report.remark { console.log(remark) }
        for note in comparison?.notes ?? [] { console.log(note) }
        return report.status(with: comparison)
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
