import EnclaviaAttention
import EnclaviaCore
import GRDB

/// What tags point at, by the places of the pushes that succeeded.
struct TagTips {
    let db: Database
    private let table: String

    init(db: Database) throws {
        self.db = db
        table = try PushPlace.table(db)
    }

    /// The pushes of a reference, by their rows.
    struct Tip {
        let newest: Int64
        let pointsAt: Int64?
        let since: Int64?
    }

    /// The tips of the references that meet `condition`, that of the newest push first.
    ///
    /// - Parameters:
    ///   - traced: for how many tips ``Tip/since`` is looked up.
    ///   - limit: the greatest number of tips; `nil` for all.
    func all(where condition: SQL, traced: Int, limit: Int?) throws -> [Tip] {
        let rows = try Row.fetchAll(
            db, SQLRequest(literal: sql(where: condition, limit: limit)))
        return try rows.enumerated().map { try tip($1, isTraced: $0 < traced) }
    }

    func sql(where condition: SQL, limit: Int?) -> SQL {
        let limit: SQL = limit.map { " LIMIT \($0)" } ?? ""
        return """
            SELECT push.num, tip.num, \(hasLaterPlace), tip.tag_change IN ('created', 'moved'),
                push.reference
            FROM \(tips) WHERE \(condition) \(Self.newestFirst)\(limit)
            """
    }

    /// The first of the newest pushes of these references that this machine made; none where no event tells of a push
    /// that was not imported. The type of a pruned event is NULL.
    func newestOwn(where condition: SQL, backend: String?) throws -> Int64? {
        let hasOwn = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM event WHERE type = ?)
                    OR EXISTS (SELECT 1 FROM event WHERE type = ?)
                    OR EXISTS (SELECT 1 FROM event WHERE type IS NULL)
                """,
            arguments: [EventType.pushStarted.rawValue, EventType.historyReconciled.rawValue])
        guard hasOwn == true else { return nil }
        let ofBackend: SQL = backend.map { " AND own.backend = \($0)" } ?? ""
        return try Int64.fetchOne(
            db,
            SQLRequest(
                literal: """
                    SELECT own.num FROM \(tips) JOIN \(sql: table) AS own
                        ON own.num = iif(\(hasLaterPlace), tip.num, push.num)
                    WHERE own.origin_imported_at IS NULL\(ofBackend) AND \(condition)
                    \(Self.newestFirst) LIMIT 1
                    """))
    }

    /// Each reference with the push that began last, and `tip`, the push that succeeded and has the latest place.
    private var tips: SQL {
        """
        reference JOIN \(sql: table) AS push ON push.id = reference.push_id
            LEFT JOIN \(sql: table) AS tip ON tip.num = (
                SELECT num FROM \(sql: table) AS success
                WHERE success.reference = push.reference AND success.outcome = 'succeeded'
                ORDER BY \(sql: PushPlace.newestFirst("success")) LIMIT 1)
        """
    }

    /// The newest push is the one that began last, unless `tip` has a later place.
    private var hasLaterPlace: SQL {
        "\(sql: PushPlaceSQL.value("tip")) > \(sql: PushPlaceSQL.value("push"))"
    }

    private static let newestFirst: SQL =
        "ORDER BY reference.started_at DESC, reference.push_id DESC"

    private func tip(_ row: Row, isTraced: Bool) throws -> Tip {
        let began: Int64 = row[0]
        guard let pointsAt = row[1] as Int64? else {
            return Tip(newest: began, pointsAt: nil, since: nil)
        }
        let hasLaterPlace = row[2] as Bool? ?? false
        let hasMoved = row[3] as Bool? ?? false
        let first = isTraced && !hasMoved ? try since(pointsAt, of: row[4]) : pointsAt
        return Tip(
            newest: hasLaterPlace ? pointsAt : began, pointsAt: pointsAt,
            since: isTraced ? first : nil)
    }

    func num(of id: PushID) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT num FROM \(table) WHERE id = ? AND outcome = 'succeeded'"),
            arguments: [id.text])
    }

    /// The push that made the tag point at the digest of push `num`: the newest one up to it that moved the tag, as
    /// `--moves` lists it, else the first of the consecutive pushes of that digest.
    func since(_ num: Int64, of reference: String) throws -> Int64? {
        let sql = """
            WITH this AS (SELECT * FROM \(table) WHERE num = :num),
            other (effective_at, effective_rank, id) AS (
                SELECT \(Self.places("push")) FROM \(table) AS push, this
                WHERE \(Self.earlier) AND push.digest <> this.digest
                ORDER BY \(PushPlace.newestFirst()) LIMIT 1),
            run (num, tag_change, effective_at, effective_rank, id) AS (
                SELECT push.num, push.tag_change, \(Self.places("push"))
                FROM \(table) AS push, this LEFT JOIN other
                WHERE push.reference = :reference AND push.outcome = 'succeeded'
                    AND \(PushPlaceSQL.value("push")) <= \(PushPlaceSQL.value("this"))
                    AND (other.id IS NULL
                        OR \(PushPlaceSQL.value("push")) > \(PushPlaceSQL.value("other"))))
            SELECT coalesce(
                (SELECT num FROM run WHERE tag_change IN ('created', 'moved')
                    ORDER BY \(PushPlace.newestFirst("run")) LIMIT 1),
                (SELECT num FROM run ORDER BY effective_at, effective_rank, id LIMIT 1))
            """
        return try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: ["num": num, "reference": reference])
    }

    /// The newest push of the tag before push `num`.
    func before(_ num: Int64, of reference: String) throws -> Int64? {
        let sql = """
            WITH this AS (SELECT * FROM \(table) WHERE num = :num)
            SELECT push.num FROM \(table) AS push, this WHERE \(Self.earlier)
            ORDER BY \(PushPlace.newestFirst()) LIMIT 1
            """
        return try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: ["num": num, "reference": reference])
    }

    /// The first push of the tag after push `num` that has another digest.
    func next(after num: Int64, of reference: String) throws -> Int64? {
        let sql = """
            WITH this AS (SELECT * FROM \(table) WHERE num = :num)
            SELECT push.num FROM \(table) AS push, this
            WHERE push.reference = :reference AND push.outcome = 'succeeded'
                AND \(PushPlaceSQL.value("push")) > \(PushPlaceSQL.value("this"))
                AND push.digest <> this.digest
            ORDER BY push.effective_at, push.effective_rank, push.id LIMIT 1
            """
        return try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: ["num": num, "reference": reference])
    }

    private static let earlier = """
        push.reference = :reference AND push.outcome = 'succeeded'
            AND \(PushPlaceSQL.value("push")) < \(PushPlaceSQL.value("this"))
        """

    private static func places(_ table: String) -> String {
        "\(table).effective_at, \(table).effective_rank, \(table).id"
    }
}
