import ArgumentParser
import EnclaviaCore
import Glibc

struct HistoryImport: EnclaviaCommand {
    static let examples = [
        Example("enclavia history import pushes.jsonl", "import what another machine exported")
    ]

    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import the records of an export.",
        discussion: examples.help(
            then: """
                Every line is checked before any is taken; the first bad one is named, and nothing is taken \
                then. Pushes of this machine are never changed, and of others the newer record stays, so \
                that files may be imported in any order, and again.
                """))

    static let results = [PublishedSchema("import", "history import", .of(ImportJSON.self))]

    @Argument(
        help: ArgumentHelp("The file; - or none for standard input.", valueName: "file"),
        completion: .value(.file))
    var file: String?

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [file].compactMap { $0 } }

    /// The file as typed; `nil` for standard input.
    private var name: String? { file == "-" ? nil : file }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let bar = ProgressBar(context)
        let summary: ImportSummary
        do {
            defer { bar.clear() }
            summary = try await context.adapters.keeper().importRecords(from: source(context)) {
                let verb = $0.phase == .checking ? "checked" : "taken"
                let fraction =
                    $0.totalBytes > 0 ? Double($0.bytes) / Double($0.totalBytes) : nil
                bar.show("\($0.records) records \(verb)", fraction: fraction)
            }
        } catch {
            throw Words.explain(error, of: name)
        }
        context.warn(summary.warnings)
        if let failure = summary.failure {
            let counted =
                "\(Words.count(summary.added, "record was", "records were")) imported,"
                + " \(summary.replaced) updated"
            throw Words.partly(Words.explain(failure, of: name), done: counted)
        }
        try context.show(ImportJSON(summary)) { console in
            try console.result(
                "\(Words.count(summary.read, "record", "records")) read: \(summary.added) imported,"
                    + " \(summary.replaced) updated, \(summary.known) known already,"
                    + " \(summary.own) of this machine")
        }
        return .done
    }

    private func source(_ context: CommandContext) -> RecordSource {
        guard let name else {
            if isatty(STDIN_FILENO) == 1 {
                context.console.say("reading records from the terminal")
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
        Key("imported", .count, "Records that were not known."),
        Key("updated", .count, "Records that took the place of an older revision."),
        Key("unchanged", .count, "Records that were known, as new or newer."),
        Key("own", .count, "Records of this machine's own pushes, which are never changed."),
    ])

    init(_ summary: ImportSummary) {
        read = summary.read
        imported = summary.added
        updated = summary.replaced
        unchanged = summary.known
        own = summary.own
    }
}
