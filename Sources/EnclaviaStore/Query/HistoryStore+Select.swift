import EnclaviaAttention
import EnclaviaCore
import GRDB

extension HistoryStore {
    /// The most candidates that an ambiguous name lists.
    private static let candidateLimit = 10

    package func select(_ selector: PushSelector) throws(StoreError) -> PushSelection {
        try readStore { db in
            switch selector {
            case .id(let part): try select(part, db)
            case .digest(let prefix): try newest(digest: prefix, db)
            }
        } ?? .none
    }

    /// Finds a push by its complete id, or else by the beginning or the end of its id.
    private func select(_ part: String, _ db: Database) throws -> PushSelection {
        if let id = PushID(part) {
            let num = try Int64.fetchOne(
                db, sql: "SELECT num FROM push WHERE id = ?", arguments: [id.text])
            return try num.flatMap(PushReader(db, paths).push).map(PushSelection.found) ?? .none
        }
        let nums = try Int64.fetchAll(db, SQLRequest(literal: Self.nums(ofPart: part)))
        guard !nums.isEmpty else { return .none }
        let reader = try PushReader(db, paths)
        if nums.count == 1 { return try reader.push(nums[0]).map(PushSelection.found) ?? .none }
        let newest = try Int64.fetchAll(
            db,
            SQLRequest(
                literal: """
                    SELECT num FROM push WHERE num IN (\(Self.nums(ofPart: part)))
                    ORDER BY started_at DESC, id DESC LIMIT \(Self.candidateLimit)
                    """))
        return .ambiguous(try newest.compactMap(reader.push), total: nums.count)
    }

    /// The pushes whose id begins with `part`, or ends with it if it has the six digits that the index `push_end`
    /// needs.
    static func nums(ofPart part: String) -> SQL {
        """
        SELECT num FROM push WHERE id >= \(part) AND id < \(part + "g")
        UNION
        SELECT num FROM push WHERE substr(id, -6) = \(String(part.suffix(6))) \
        AND substr(id, -length(\(part))) = \(part)
        """
    }

    private func newest(digest prefix: DigestPrefix, _ db: Database) throws -> PushSelection {
        var query = HistoryQuery()
        query.digestPrefixes = [prefix]
        query.limit = 1
        let sql = try QuerySQL(query, db: db, orphaned: []).nums
        guard let num = try Int64.fetchOne(db, SQLRequest(literal: sql)) else { return .none }
        return try PushReader(db, paths).push(num).map(PushSelection.found) ?? .none
    }

    package func references(_ selector: ReferenceSelector) throws(StoreError) -> [String] {
        try readStore { db in try names(of: selector, db) } ?? []
    }

    /// The references that a selector means.
    func names(of reference: ReferenceSelector, _ db: Database) throws -> [String] {
        try db.raw { connection throws(SQLiteFailure) in
            try ReferenceNames.of(reference, connection)
        }
    }

    /// The SQL condition for a selector on the table `reference`.
    func condition(_ reference: ReferenceSelector) -> SQL {
        var parts: [SQL] = [
            "reference.repository = \(reference.repository)", "reference.tag = \(reference.tag)",
        ]
        if let owner = reference.owner { parts.append("reference.owner = \(owner)") }
        if let registry = reference.registry {
            parts.append("reference.registry = \(registry)")
        }
        return parts.joined(separator: " AND ")
    }

    package func latest(of reference: ReferenceSelector?) throws(StoreError) -> [StoredPush] {
        try tags(of: reference, traced: 0, limit: nil).map(\.newest)
    }
}
