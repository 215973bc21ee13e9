import EnclaviaCore
import GRDB

/// Keeps the places of this machine's pushes up to date. A push's effective time is its own `pushed_at`, or the
/// greatest effective time of lesser rank if that is later.
enum PushOrder {
    /// The place of a push of this machine.
    ///
    /// - Parameter rank: the rank of the event that gave the push its digest.
    static func place(
        _ record: PushRecord, of rank: Int64?, _ db: Database
    ) throws -> PushPlace? {
        guard let manifest = record.state.manifest, let rank else { return nil }
        let before = try greatest(before: rank, db) ?? manifest.pushedAt
        return PushPlace(effectiveAt: max(manifest.pushedAt, before), rank: rank)
    }

    /// Recomputes the effective times of this machine's pushes of greater rank, after a push of `rank` was added,
    /// changed or removed.
    ///
    /// - Parameter isGone: whether it was removed; pushes whose effective time is their own `pushed_at` then keep
    ///   it.
    static func repair(after rank: Int64, isGone: Bool, _ db: Database) throws {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT num, pushed_at, effective_at, effective_rank FROM push
                    WHERE effective_rank > ? AND effective_rank > 0 ORDER BY effective_rank
                    """), arguments: [rank])
        var pass = RepairPass(isGone: isGone)
        while let row = try rows.next() {
            let next = Follower(
                num: row[0], pushedAt: row[1], effectiveAt: row[2] ?? "", rank: row[3])
            if try !pass.take(next, { try greatest(before: next.rank, db)?.description ?? "" }) {
                break
            }
        }
        let update = try db.cachedStatement(
            sql: "UPDATE push SET effective_at = ? WHERE num = ?")
        for change in pass.changes {
            try update.execute(arguments: [change.effectiveAt, change.num])
        }
    }

    /// The greatest effective time of this machine's pushes of lesser rank.
    private static func greatest(before rank: Int64, _ db: Database) throws -> Timestamp? {
        try String.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT effective_at FROM push
                    WHERE effective_rank < ? AND effective_rank > 0
                    ORDER BY effective_at DESC LIMIT 1
                    """), arguments: [rank]
        ).flatMap { Timestamp($0) }
    }
}

/// A push whose effective time may depend on those before it.
private struct Follower {
    let num: Int64
    let pushedAt: String
    let effectiveAt: String
    let rank: Int64
}

/// Walks pushes in the order of their rank, until the rest have the right times.
private struct RepairPass {
    let isGone: Bool
    private(set) var changes: [(num: Int64, effectiveAt: String)] = []
    private var rank: Int64?
    /// The greatest time of lesser rank; `nil` before it had to be looked up.
    private var before: String?
    /// The greatest times of this rank, as they are and as they were.
    private var (now, old) = ("", "")

    init(isGone: Bool) {
        self.isGone = isGone
    }

    /// - Parameter greatest: looks up the greatest time of lesser rank than the push's.
    /// - Returns: `false` where this push, and all that follow, have their times right.
    mutating func take(_ push: Follower, _ greatest: () throws -> String) throws -> Bool {
        if let rank, rank != push.rank {
            // Later pushes depend on nothing else.
            if now == old { return false }
            before = now
            (now, old) = ("", "")
        }
        rank = push.rank
        var effectiveAt = push.pushedAt
        if !isGone || push.effectiveAt != push.pushedAt {
            let before = try before ?? greatest()
            self.before = before
            effectiveAt = max(before, push.pushedAt)
        }
        if effectiveAt != push.effectiveAt { changes.append((push.num, effectiveAt)) }
        (now, old) = (max(now, effectiveAt), max(old, push.effectiveAt))
        return true
    }
}
