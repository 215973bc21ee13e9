import ArgumentParser
import EnclaviaCore
import EnclaviaSystem

struct ReportCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia history report --out report.html", "write a page of all pushes"),
        Example("enclavia history report app:prod", "report who pushed to a tag"),
        Example("enclavia history report --user alice", "report what alice pushed"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report of the pushes for people to read.",
        discussion: examples.help(
            then: """
                The filters are those of `enclavia history list`, but for --limit and --reverse. The report also \
                says what `enclavia history verify` finds; exits with 1 if that is a difference, after the report is written. Only its \
                owner can read the new file.
                """))

    static let results = [PublishedSchema("report", "history report", .of(ReportJSON.self))]

    @Argument(
        help: ArgumentHelp(
            "Only pushes whose owner/repo:tag, repo:tag, owner/repo, repo or full reference matches this glob.",
            valueName: "glob"),
        completion: .value(.glob))
    var glob: String?

    @OptionGroup var filters: HistoryFilterOptions

    @Option(help: "The format of the report.")
    var format: ReportFormat = .html

    @Option(
        help: ArgumentHelp(
            "Write the report to this file instead of standard output.", valueName: "file"),
        completion: .value(.file))
    var out: String?

    @Flag(help: "Replace the file if it exists.")
    var force = false

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [out].compactMap { $0 } }

    /// The file, as typed; `nil` for standard output.
    private var name: String? { out == "-" ? nil : out }

    func validate() throws {
        guard out?.isEmpty != true else { throw ValidationError("--out is empty") }
        guard !force || name != nil else {
            throw ValidationError("--force needs --out FILE")
        }
    }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let filters = try ReportFilters(glob, filters, context)
        if context.invocation.wantsJSON, name == nil {
            throw UserError(
                .usage, "--json needs --out FILE: the report itself is \(format.rawValue)",
                hint: "`enclavia history export` prints the pushes as JSON")
        }
        let file = try name.map { try ReportFile($0, replacing: force, context) }
        let bar = ProgressBar(context)
        defer { bar.clear() }
        bar.show("reading the history", fraction: nil)
        let report = try context.adapters.reporter().report(filters.query, in: context.zone)
        try Task.checkCancellation()
        let verification = try context.adapters.verifier().verify(head: nil) {
            bar.show("\($0) events verified", fraction: nil)
        }
        try Task.checkCancellation()
        let document = try ReportBuilder(
            report, verification, filters, at: context.now(), in: context.zone
        ).document()
        let text = try format.text(of: document)
        try Task.checkCancellation()
        let status =
            verification.status == .done && !report.evidence.isUnchanged
            ? .negative : verification.status
        guard let file else {
            bar.clear()
            try context.console.result(bytes: Array(text.utf8))
            return status
        }
        let durability = try file.write(text)
        bar.clear()
        if case .unsynced(let reason) = durability {
            context.console.warn(ErrorMessages.unsynced(file.name, reason))
        }
        let result = ReportJSON(report, verification, format, file, bytes: text.utf8.count)
        try context.show(result) { console in
            console.log(
                "report of \(MessageText.pushes(report.counts.pushes)) written to"
                    + " \(file.name.printable)")
        }
        return status
    }
}
