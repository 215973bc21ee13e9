/// The record of a push as JSON, in SQL.
enum FleetRecord {
    /// From the row `p` of the table `push`.
    static let json = object(
        FleetColumn.all.map { (path: $0.path[...], column: $0) }, also: version)

    private static let version = "'schema_version', 1"

    private typealias Field = (path: ArraySlice<String>, column: FleetColumn)

    private static func object(_ fields: [Field], also first: String? = nil) -> String {
        var names: [String] = []
        for case let name? in fields.map(\.path.first) where !names.contains(name) {
            names.append(name)
        }
        let pairs = names.map { name in
            let inner = fields.filter { $0.path.first == name }
            return "'\(name)', \(value(of: inner))"
        }
        return "jsonb_build_object(\(((first.map { [$0] } ?? []) + pairs).joined(separator: ", ")))"
    }

    /// A field's value, or the object of several; null where none of them is known.
    private static func value(of fields: [Field]) -> String {
        if let field = fields.first, field.path.count == 1 { return field.column.json }
        let columns = fields.map { "p.\($0.column.name)" }.joined(separator: ", ")
        return """
            CASE WHEN num_nonnulls(\(columns)) > 0 THEN
                \(object(fields.map { ($0.path.dropFirst(), $0.column) })) END
            """
    }
}
