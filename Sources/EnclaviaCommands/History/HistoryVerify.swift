import ArgumentParser
import EnclaviaCore

struct HistoryVerify: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the hash chain, and that the tables say what the events say.",
        discussion: """
            Exits with 1 at the first difference. Note the head elsewhere, or ship the event log: a \
            chain alone cannot show that all of it was rewritten, or that its end is missing.
            """)

    static let results = [PublishedSchema("verify", "history verify", .of(VerifyJSON.self))]

    @Option(
        help: ArgumentHelp(
            "A hash noted elsewhere, which the chain must hold.", valueName: "hash"),
        completion: .value(.free))
    var head: String?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let noted = try head.map(Self.hash)
        let bar = ProgressBar(context)
        let report = try context.adapters.verifier().verify(head: noted) {
            bar.show("\($0) events", fraction: nil)
        }
        bar.clear()
        try Task.checkCancellation()
        if context.invocation.wantsJSON {
            try context.console.result(json: VerifyJSON(report))
        } else {
            try show(report, context)
        }
        return report.isIntact == true ? .done : .negative
    }

    private static func hash(_ text: String) throws -> String {
        let hex = text.lowercased()
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(Grammar.isLowerHex) else {
            throw Explanation(
                .usage, "--head \(Words.quoted(text)) is not 64 hexadecimal digits")
        }
        return hex
    }

    private func show(_ report: VerifyReport, _ context: CommandContext) throws {
        let console = context.console
        let counts =
            "\(Words.events(report.events)) (\(report.pruned) pruned) of"
            + " \(Words.pushes(report.pushes))"
        if let difference = report.difference {
            try console.result(
                console.out.paint("different: ", .red) + Words.sentence(difference))
            console.say("\(counts) in \(Words.shown(report.path))")
            return
        }
        if let version = report.newerSchema {
            try console.result("\(console.out.paint("unproven:", .yellow)) \(counts)")
            console.say(
                "a newer version of enclavia made this store (schema \(version)): the chain holds, and the"
                    + " tables, which `history` reads, could not be compared with it: verify with that"
                    + " version")
        } else {
            try console.result("\(console.out.paint("intact:", .green)) \(counts)")
        }
        try console.result("head: \(report.head ?? "none yet")")
        if let sequence = report.notedSequence {
            try console.result("the noted head is event \(sequence)")
        }
        console.say(
            "a chain cannot show that all of it was rewritten, that its newest events are missing, or"
                + " that somebody else added events: for that, check a head noted elsewhere with --head,"
                + " or hold it against the shipped event log, whose lines carry `sequence` and"
                + " `prevhash`; not compared: the table \(VerifyReport.tablesLeftOut.joined()), which"
                + " only completion reads")
    }
}
