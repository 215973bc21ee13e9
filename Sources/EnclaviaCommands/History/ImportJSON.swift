import EnclaviaCore

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
