import EnclaviaCore
import EnclaviaSystem
import GRDB
import Glibc
import SystemPackage

extension HistoryStore {
    package func needingAttention() throws(StoreError) -> [AttentionItem] {
        let items = try readStore { db in
            let reader = try PushReader(db, paths)
            let failed = try FailedAttempts(db) { try self.names(of: $0, db) }.nums()
                .compactMap(reader.push).map { try $0.record() }
            return failed.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }.map { push in
                AttentionItem(kind: .lastPushFailed, push, message: push.state.failure?.message)
            } + (try Attention(db: db, paths: paths).items(reader.orphaned))
        }
        return (items ?? [])
            + spooledPushes.map { id in
                AttentionItem(kind: .spooled, pushID: id, reference: nil, message: nil)
            }
    }

    package func unresolved() throws(StoreError) -> [PushRecord] {
        var query = HistoryQuery()
        query.outcomes = [.interrupted]
        query.isReversed = true
        var records: [PushRecord] = []
        do {
            try forEach(query) { push in
                let record = try push.record()
                if record.origin == nil, record.finishedAt == nil { records.append(record) }
            }
        } catch {
            throw StoreError(error, path: paths.database, settings)
        }
        return records
    }

    package func unverified() throws(StoreError) -> [PushRecord] {
        try readStore { db in try UnverifiedPushes.all(db, paths) } ?? []
    }

    package func unnotified() throws(StoreError) -> PendingNotifications {
        try readStore { db in
            try PendingNotificationQuery(outcomes: [.pending, .failed]).run(db, paths: paths)
        } ?? PendingNotifications(toSend: [], superseded: [])
    }

    package func summary() throws(StoreError) -> StoreSummary {
        let counts = try readStore { db in
            (
                pushes: try Int.fetchOne(
                    db, sql: "SELECT count FROM tally WHERE name = 'pushes'") ?? 0,
                head: try EventChain.head(db)
            )
        }
        let head = counts?.head ?? .none
        return StoreSummary(
            path: paths.database.string, pushes: counts?.pushes ?? 0, events: Int(head.sequence),
            head: head.sequence == 0 ? nil : Hexadecimal.encode(head.hash),
            isWritable: isWritable, spooled: spooledPushes.count)
    }

    /// Whether this user could write the store now; where there is none, whether one could be made.
    private var isWritable: Bool {
        let path = paths.database.nearestExisting
        return access(path.native.native, W_OK) == 0
            && (path != paths.database || access(paths.stateDirectory.native.native, W_OK) == 0)
    }

    /// The pushes that have a spool file which no process is writing.
    var spooledPushes: [PushID] {
        let suffix = ".jsonl"
        let ids = paths.spools.flatMap { directory in
            DirectoryTree.names(in: directory.native, followsLink: false).filter { name in
                name.hasSuffix(suffix) && !FileLock.isHeld(directory.appending(name))
            }
        }.compactMap { PushID($0.dropLast(suffix.count)) }
        return Array(Set(ids)).sorted()
    }
}

/// Finds the pushes of this machine that need attention. Leaves out a push if a newer one of this machine to the
/// same reference succeeded.
private struct Attention {
    let db: Database
    let paths: StorePaths

    /// - Parameter orphaned: the pushes whose row says `running`, but whose process has ended.
    func items(_ orphaned: [PushID]) throws -> [AttentionItem] {
        var items = try find(
            .notifyPending, "notify_outcome = 'pending' AND +outcome = 'succeeded'"
        ) { $0.notify.message }
        items += try find(
            .notifyFailed, "notify_outcome = 'failed' AND +outcome = 'succeeded'"
        ) { $0.notify.message }
        items += try find(.interrupted, "outcome = 'interrupted' AND finished_at IS NULL")
        if !orphaned.isEmpty {
            let ids = orphaned.map { "'\($0.text)'" }.joined(separator: ", ")
            items += try find(.interrupted, "outcome = 'running' AND id IN (\(ids))")
        }
        items += try find(.unverified, "digest_verified = 0 AND outcome = 'succeeded'")
        return items
    }

    private func find(
        _ kind: AttentionItem.Kind, _ condition: String,
        message: (PushRecord) -> String? = { _ in nil }
    ) throws -> [AttentionItem] {
        let table = try PushPlace.table(db)
        let sql = """
            SELECT push_json.json FROM \(table) AS push JOIN push_json USING (num)
            WHERE \(condition) AND origin_imported_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM \(table) AS newer
                WHERE newer.reference = push.reference AND newer.outcome = 'succeeded'
                    AND newer.origin_imported_at IS NULL
                    AND coalesce(
                        \(PushPlace.value("newer")) > \(PushPlace.value("push")),
                        newer.effective_rank > (
                            SELECT min(\(PushPlace.eventRank)) FROM event
                            WHERE push_id = push.id)))
            ORDER BY push.started_at DESC, push.id DESC
            """
        return try String.fetchAll(db, sql: sql).compactMap { json in
            let record = try StoredPush(json: json, store: paths.database.string).record()
            if FileLock.isHeld(paths.lock(of: record.id.text)) { return nil }
            return AttentionItem(kind: kind, record, message: message(record))
        }
    }
}

/// The succeeded pushes of this machine whose digest the registry has never confirmed.
enum UnverifiedPushes {
    /// All of these pushes, oldest first, except those whose lock is held.
    static func all(_ db: Database, _ paths: StorePaths) throws -> [PushRecord] {
        let sql = """
            SELECT id FROM push INDEXED BY push_unverified
            WHERE digest_verified = 0 AND outcome = 'succeeded' AND origin_imported_at IS NULL
            ORDER BY started_at, id
            """
        return try String.fetchAll(db.cachedStatement(sql: sql))
            .filter { !FileLock.isHeld(paths.lock(of: $0)) }
            .compactMap { try PushID($0).flatMap { try PushProjection.find($0, db)?.record } }
    }
}
