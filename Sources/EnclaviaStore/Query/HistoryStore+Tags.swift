import EnclaviaCore
import GRDB

extension HistoryStore {
    package func tags(
        of reference: ReferenceSelector?, traced: Int
    ) throws(StoreError) -> [TagState] {
        try readStore { db in
            let reader = try PushReader(db, paths)
            let tags = try TagTips(db: db)
            return try tags.all(where: reference.map(condition) ?? "TRUE", traced: traced)
                .compactMap { tip in
                    guard let newest = try reader.push(tip.newest) else { return nil }
                    let pointsAt =
                        tip.pointsAt == tip.newest ? newest : try tip.pointsAt.flatMap(reader.push)
                    let since =
                        tip.since == tip.pointsAt ? pointsAt : try tip.since.flatMap(reader.push)
                    return TagState(newest: newest, pointsAt: pointsAt, since: since)
                }
        } ?? []
    }

    package func timeline(of push: PushRecord) throws(StoreError) -> TagTimeline? {
        try readStore { db in
            let tips = try TagTips(db: db)
            let reader = try PushReader(db, paths)
            guard let reference = push.reference?.description,
                let num = try tips.num(of: push.id),
                let first = try tips.since(num, of: reference),
                let since = try reader.push(first)
            else { return nil }
            let before = try tips.before(first, of: reference)
            return TagTimeline(
                since: since, before: try before.flatMap(reader.push),
                beforeSince: try before.flatMap { try tips.since($0, of: reference) }
                    .flatMap(reader.push),
                next: try tips.next(after: num, of: reference).flatMap(reader.push))
        } ?? nil
    }

    package func knownReferences() throws(StoreError) -> [ImageReference] {
        try readStore { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT registry, owner, repository, tag FROM reference
                    ORDER BY started_at DESC, push_id DESC
                    """
            ).map { ImageReference(registry: $0[0], owner: $0[1], repository: $0[2], tag: $0[3]) }
        } ?? []
    }

    package func hasSeveralWriters() throws(StoreError) -> Bool {
        try readStore { db in
            let sql = """
                SELECT EXISTS (SELECT 1 FROM event WHERE type = ?)
                    OR EXISTS (SELECT 1 FROM push WHERE context_ci_actor IS NOT NULL)
                    OR ifnull((SELECT min(context_host) FROM push)
                        <> (SELECT max(context_host) FROM push), FALSE)
                """
            return try Bool.fetchOne(
                db, sql: sql, arguments: [EventType.pushImported.rawValue]) ?? false
        } ?? false
    }
}

/// What tags point at, by the places of the pushes that succeeded.
private struct TagTips {
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
    /// - Parameter traced: for how many tips ``Tip/since`` is looked up.
    func all(where condition: SQL, traced: Int) throws -> [Tip] {
        // The newest is the one that began last, unless a push that succeeded has a later place.
        let rows = try Row.fetchAll(
            db,
            SQLRequest(
                literal: """
                    SELECT push.num, tip.num,
                        \(sql: PushPlace.value("tip")) > \(sql: PushPlace.value("push")),
                        tip.tag_change IN ('created', 'moved'), push.reference
                    FROM reference
                    JOIN \(sql: table) AS push ON push.id = reference.push_id
                    LEFT JOIN \(sql: table) AS tip ON tip.num = (
                        SELECT num FROM \(sql: table) AS success
                        WHERE success.reference = push.reference AND success.outcome = 'succeeded'
                        ORDER BY \(sql: PushPlace.newestFirst("success")) LIMIT 1)
                    WHERE \(condition)
                    ORDER BY reference.started_at DESC, reference.push_id DESC
                    """))
        return try rows.enumerated().map { try tip($1, isTraced: $0 < traced) }
    }

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
                    AND \(PushPlace.value("push")) <= \(PushPlace.value("this"))
                    AND (other.id IS NULL
                        OR \(PushPlace.value("push")) > \(PushPlace.value("other"))))
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
                AND \(PushPlace.value("push")) > \(PushPlace.value("this"))
                AND push.digest <> this.digest
            ORDER BY push.effective_at, push.effective_rank, push.id LIMIT 1
            """
        return try Int64.fetchOne(
            db.cachedStatement(sql: sql), arguments: ["num": num, "reference": reference])
    }

    private static let earlier = """
        push.reference = :reference AND push.outcome = 'succeeded'
            AND \(PushPlace.value("push")) < \(PushPlace.value("this"))
        """

    private static func places(_ table: String) -> String {
        "\(table).effective_at, \(table).effective_rank, \(table).id"
    }
}
