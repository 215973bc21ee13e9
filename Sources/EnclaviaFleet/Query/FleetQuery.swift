import EnclaviaCore

/// The statements that read pushes.
enum FleetQuery {
    /// A row for each push, in JSON: its id, who sent it, its place, which is a time in milliseconds and a number, and
    /// the record.
    static func pushes(_ selection: RemoteSelection) -> String {
        let row = row(at: selection.needsPlace ? place : noPlace)
        let all = "SELECT \(row) FROM enclavia.push AS p"
        switch selection {
        case .query(let query):
            let way = query.isReversed ? "" : " DESC"
            return """
                \(all) WHERE \(FleetFilter(query).condition)
                ORDER BY p.started_at\(way), p.id\(way)
                """
        case .digest(let prefix):
            var query = HistoryQuery()
            query.digestPrefixes = [prefix]
            return "\(pushes(.query(query))) LIMIT 1"
        case .id(let part): return "\(all) WHERE \(id(part))"
        case .tag(let reference):
            let succeeded = "\(tag(reference)) AND p.outcome = 'succeeded'"
            return """
                \(all) WHERE \(succeeded) AND \(namespace(reference))
                UNION ALL
                (SELECT DISTINCT ON (p.registry, p.owner, \(tag(reference))) \(Self.row(at: noPlace)) FROM enclavia.push AS p
                WHERE p.repository = \(PsqlValue.text(reference.repository))
                    AND (\(succeeded)) IS NOT TRUE AND \(namespace(reference))
                ORDER BY p.registry, p.owner, \(tag(reference)), p.started_at DESC, p.id DESC)
                """
        }
    }

    /// The pushes of a chain come in the order of its events, whatever its clock said: each has the greatest time so
    /// far. A time after the arrival of the events is from a clock that was ahead. A push that a chain imported has no
    /// place in its order.
    private static let place = """
        (extract(epoch FROM max(least(p.pushed_at, p.origin_imported_at, (
            SELECT s.at FROM enclavia.segment AS s WHERE s.chain = p.chain AND s.first_seq <= p.ended_seq
            ORDER BY s.first_seq DESC LIMIT 1)))
            OVER (PARTITION BY p.chain, CASE WHEN p.relayed THEN p.id END ORDER BY p.ended_seq)) * 1000)::bigint,
        CASE WHEN p.relayed THEN 0 ELSE p.ended_seq END
        """

    private static let noPlace = "NULL, 0"

    private static func row(at place: String) -> String {
        PsqlValue.line("jsonb_build_array(p.id, p.writer, \(place), \(FleetRecord.json))")
    }

    private static func tag(_ reference: ReferenceSelector) -> String {
        """
        (p.repository = \(PsqlValue.text(reference.repository)) AND p.tag = \(PsqlValue.text(reference.tag)))
        """
    }

    private static func namespace(_ reference: ReferenceSelector) -> String {
        let conditions = [("owner", reference.owner), ("registry", reference.registry)]
            .compactMap { column, value in value.map { "p.\(column) = \(PsqlValue.text($0))" } }
        return conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
    }

    /// The ids that begin or end with a text of at least six characters.
    private static func id(_ part: String) -> String {
        let value = PsqlValue.text(part)
        let (zeros, digits) = (PushID.shape("0"), PushID.shape("f"))
        let end = """
            (right(p.id::text, 6) = right(\(value), 6) AND right(p.id::text, \(part.utf8.count)) = \(value))
            """
        let (least, greatest) = (
            part + zeros.dropFirst(part.utf8.count), part + digits.dropFirst(part.utf8.count)
        )
        guard PushID.isUUID(least), PushID.isUUID(greatest) else { return end }
        return """
            ((p.id >= \(PsqlValue.text(least))::uuid AND p.id <= \(PsqlValue.text(greatest))::uuid) OR \(end))
            """
    }

    /// A row for each group, in JSON, in the order of ``RemoteCount``'s fields.
    static func counts(_ query: HistoryQuery, by grouping: RemoteGrouping) -> String {
        let quarter = "(floor(extract(epoch FROM p.started_at) / 900) * 900000)::bigint"
        let keys =
            switch grouping {
            case .quarter: [quarter, "NULL::text", "NULL::text", "NULL::text"]
            case .quarterAndRepository: [quarter, "p.owner", "p.repository", "NULL::text"]
            case .user:
                [
                    "NULL::bigint", "NULL::text", "NULL::text",
                    "coalesce(p.context_ci_actor, p.context_user)",
                ]
            }
        let columns = (keys + ["p.outcome", "p.notify_outcome"]).joined(separator: ", ")
        return """
            SELECT \(PsqlValue.line("jsonb_build_array(\(columns), count(*))"))
            FROM enclavia.push AS p WHERE \(FleetFilter(query).condition)
            GROUP BY \(columns)
            """
    }
}

extension PushID {
    /// An id's text with the same digit everywhere.
    fileprivate static func shape(_ digit: Character) -> String {
        "00000000-0000-0000-0000-000000000000".replacing("0", with: String(digit))
    }

    /// Whether a text has the shape of an id, of any version.
    fileprivate static func isUUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && zip(text.utf8, shape("0").utf8).allSatisfy { byte, model in
                model == UInt8(ascii: "-")
                    ? byte == model : ReferenceGrammar.isLowerHex(byte)
            }
    }
}
