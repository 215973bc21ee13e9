import ArgumentParser
import EnclaviaCore

struct SchemaCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia schema", "list the names of the schemas"),
        Example("enclavia schema push", "print the schema of a push"),
        Example("enclavia schema postgresql", "print the SQL that makes a shared history"),
    ]

    /// The name of the SQL that `history sync` needs on a server.
    static let postgresql = "postgresql"

    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of what --json prints.",
        discussion: examples.help(
            then:
                """
                Without a name, lists the names of the schemas. They use JSON Schema draft 2020-12. postgresql is \
                the SQL that makes a shared history, which the owner of a database runs once.
                """))

    static let results: [PublishedSchema] = []

    @Argument(
        help: ArgumentHelp("The name of the schema.", valueName: "name"),
        completion: .list(PublishedSchema.all.map(\.name) + [postgresql]))
    var name: String?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        guard let name else {
            try list(context)
            return .done
        }
        if name == Self.postgresql {
            let sql = context.adapters.sharedHistorySchema()
            try context.show(sql) { console in try console.result(bytes: Array(sql.utf8)) }
            return .done
        }
        guard let schema = PublishedSchema.all.first(where: { $0.name == name }) else {
            throw UserError(
                .usage, "there is no schema \(name.quoted)",
                hint: "the schemas are "
                    + (PublishedSchema.all.map(\.name) + [Self.postgresql]).joined(separator: ", "))
        }
        try context.console.result(storedJSON: JSONText.encode(schema))
        return .done
    }

    private func list(_ context: CommandContext) throws {
        try context.show(PublishedSchema.all.map(\.name)) { console in
            let table = Table(
                columns: [Table.Column("NAME"), Table.Column("DESCRIBES", canShrink: true)],
                rows: PublishedSchema.all.map { [Table.Cell($0.name), Table.Cell($0.title)] })
            try console.result(table)
        }
    }
}
