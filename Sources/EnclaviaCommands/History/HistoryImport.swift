import ArgumentParser
import EnclaviaCore
import Glibc

struct HistoryImport: EnclaviaCommand {
    static let examples = [
        Example("enclavia history import pushes.jsonl", "import what another machine exported")
    ]

    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import push records from an export.",
        discussion: examples.help(
            then: """
                All lines are checked before any record is imported. If a line is not a valid record, the \
                command names the first such line and imports nothing. Pushes made on this machine are \
                never changed. For other pushes, the newer record is kept, so files can be imported in \
                any order and more than once.
                """))

    static let results = [PublishedSchema("import", "history import", .of(ImportJSON.self))]

    @Argument(
        help: ArgumentHelp("The input file; - or no file for standard input.", valueName: "file"),
        completion: .value(.file))
    var file: String?

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [file].compactMap { $0 } }

    /// The file as typed; `nil` for standard input.
    private var name: String? { file == "-" ? nil : file }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        if file == "" { throw InputFile.emptyName }
        let bar = ProgressBar(context)
        let summary: ImportSummary
        do {
            defer { bar.clear() }
            summary = try await context.adapters.maintenance().importRecords(from: source(context))
            {
                let verb = $0.phase == .checking ? "checked" : "imported"
                let fraction =
                    $0.totalBytes > 0 ? Double($0.bytes) / Double($0.totalBytes) : nil
                bar.show("\($0.records) records \(verb)", fraction: fraction)
            }
        } catch {
            throw ErrorMessages.explain(error, of: name)
        }
        context.warn(summary.warnings)
        if let failure = summary.failure {
            let counted =
                "\(MessageText.count(summary.added, "record was", "records were")) imported,"
                + " \(summary.replaced) updated"
            throw ErrorMessages.partialFailure(
                ErrorMessages.explain(failure, of: name), done: counted)
        }
        try context.show(ImportJSON(summary)) { console in
            try console.result(
                "\(MessageText.count(summary.read, "record", "records")) read: \(summary.added) imported,"
                    + " \(summary.replaced) updated, \(summary.known) already known,"
                    + " \(summary.own) from this machine")
        }
        return .done
    }

    private func source(_ context: CommandContext) -> RecordSource {
        guard let name else {
            if isatty(STDIN_FILENO) == 1 {
                context.console.log("reading records from the terminal")
            }
            return .descriptor(STDIN_FILENO)
        }
        return .file(
            path: name.hasPrefix("/") ? name : "\(context.settings.workingDirectory)/\(name)")
    }
}

/// What `history import --json` shows, `schema_version` 1.
struct ImportJSON: JSONDescribed {
    private let schemaVersion = 1
    private let read: Int
    private let imported: Int
    private let updated: Int
    private let unchanged: Int
    private let own: Int

    private enum CodingKeys: String, CodingKey {
        case read, imported, updated, unchanged, own
        case schemaVersion = "schema_version"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version,
        Key("read", .count, "Records in the file."),
        Key("imported", .count, "Records that were new."),
        Key("updated", .count, "Records that replaced an older revision."),
        Key(
            "unchanged", .count, "Records that were already known in the same or a newer revision."),
        Key("own", .count, "Records of pushes made on this machine, which are never changed."),
    ])

    init(_ summary: ImportSummary) {
        read = summary.read
        imported = summary.added
        updated = summary.replaced
        unchanged = summary.known
        own = summary.own
    }
}
