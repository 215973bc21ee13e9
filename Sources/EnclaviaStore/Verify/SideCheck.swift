import Dispatch
import EnclaviaCore
import GRDB
import Synchronization

/// A part of a verification on a connection of its own, beside the walk of the chain, so that all parts
/// together take half the time.
final class SideCheck: Sendable {
    typealias Check = @Sendable (Database) throws -> VerifyDifference?

    private enum Outcome {
        case checked(VerifyDifference?)
        /// Somebody wrote before the other connection began to read.
        case otherState
    }

    /// How often it is looked whether the command was cancelled, in milliseconds.
    private static let turn = 20

    private let check: Check
    private let store: HistoryStore
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let group = DispatchGroup()

    /// Begins.
    ///
    /// - Parameter db: a read transaction, whose state of the history the other one must see too.
    init(beside db: Database, of store: HistoryStore, _ check: @escaping Check) throws {
        self.check = check
        let head = try EventChain.head(db)
        let other = HistoryStore(paths: store.paths, settings: store.settings)
        self.store = other
        // A queue of its own has its own thread: those of the global queue are as many as cores, and the watch for
        // signals needs one.
        DispatchQueue(label: "enclavia.verify").async(group: group) {
            let result = Result {
                try other.read { db -> Outcome in
                    guard try EventChain.head(db) == head else { return .otherState }
                    return .checked(try check(db))
                } ?? .otherState
            }
            other.close()
            self.outcome.withLock { $0 = result }
        }
    }

    /// Waits for its end, but no longer than a moment where the command is cancelled: the check runs in no task, and
    /// `integrity_check` of SQLite 3.40 cannot be interrupted.
    func wait() {
        while group.wait(timeout: .now() + .milliseconds(Self.turn)) == .timedOut {
            guard Task.isCancelled else { continue }
            store.interrupt()
            _ = group.wait(timeout: .now() + .milliseconds(Self.turn))
            return
        }
    }

    /// The first difference, looked for in `db` itself where the other connection saw another state.
    func difference(_ db: Database) throws -> VerifyDifference? {
        wait()
        if Task.isCancelled { throw CancellationError() }
        let found = try outcome.withLock { try $0?.get() }
        switch found {
        case .checked(let difference): return difference
        case .otherState, nil: return try check(db)
        }
    }

    /// Compares the projections with one another.
    static let projections: Check = { db in
        try ColumnCheck(db: db).run() ?? OrderCheck(db: db).run() ?? SummaryCheck(db: db).run()
    }

    /// SQLite's own check: of its pages, of constraints, and that each index has what its table has, since an
    /// index that was filled in another way hides rows from every query.
    static let integrity: Check = { db in
        let found = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        return found == "ok" ? nil : .integrity(detail: found)
    }
}
