import EnclaviaCore
import GRDB

extension HistoryStore {
    package func tags(
        of reference: ReferenceSelector?, traced: Int, limit: Int?
    ) throws(StoreError) -> [TagState] {
        try readStore { db in
            let reader = try PushReader(db, paths)
            let tags = try TagTips(db: db)
            let condition: SQL = reference.map(condition) ?? "TRUE"
            return try tags.all(where: condition, traced: traced, limit: limit)
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

    package func tagCount(of reference: ReferenceSelector?) throws(StoreError) -> Int {
        try readStore { db in
            let condition: SQL = reference.map(condition) ?? "TRUE"
            return try Int.fetchOne(
                db, SQLRequest(literal: "SELECT count(*) FROM reference WHERE \(condition)")) ?? 0
        } ?? 0
    }

    package func newestOwn(
        of reference: ReferenceSelector?, backend: String?
    ) throws(StoreError) -> StoredPush? {
        try readStore { db in
            let condition: SQL = reference.map(condition) ?? "TRUE"
            let num = try TagTips(db: db).newestOwn(where: condition, backend: backend)
            return try num.flatMap(PushReader(db, paths).push)
        } ?? nil
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
