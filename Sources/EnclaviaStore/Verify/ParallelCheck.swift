import Dispatch
import EnclaviaCore
import GRDB
import Synchronization

/// Runs a part of a verification on its own connection, beside the walk of the chain, so that all parts together
/// take half the time.
final class ParallelCheck<Finding: Sendable>: Sendable {
    typealias Check = @Sendable (Database) throws -> Finding

    private enum Outcome {
        case checked(Finding)
        /// Somebody wrote before the other connection began to read.
        case otherState
    }

    /// How often to check whether the command was cancelled, in milliseconds.
    private static var turn: Int { 20 }

    private let check: Check
    private let store: HistoryStore
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let group = DispatchGroup()

    /// Starts the check.
    ///
    /// - Parameter db: a read transaction; the other connection must see the same state of the history.
    init(beside db: Database, of store: HistoryStore, _ check: @escaping Check) throws {
        self.check = check
        let head = try EventChain.head(db)
        let other = HistoryStore(paths: store.paths, settings: store.settings)
        self.store = other
        // A separate queue has its own thread. The global queue has only as many threads as cores, and signal
        // handling needs one.
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

    /// Waits for the check to end, or only for a moment if the command is cancelled: the check runs in no task, and
    /// `integrity_check` of SQLite 3.40 cannot be interrupted.
    func wait() {
        while group.wait(timeout: .now() + .milliseconds(Self.turn)) == .timedOut {
            guard Task.isCancelled else { continue }
            store.interrupt()
            _ = group.wait(timeout: .now() + .milliseconds(Self.turn))
            return
        }
    }

    /// The findings; runs the check on `db` if the other connection saw another state.
    func result(_ db: Database) throws -> Finding {
        wait()
        if Task.isCancelled { throw CancellationError() }
        let found = try outcome.withLock { try $0?.get() }
        switch found {
        case .checked(let finding): return finding
        case .otherState, nil: return try check(db)
        }
    }
}

/// The contradictions between the tables.
struct ProjectionFindings: Sendable {
    /// Where `push` and `push_label` differ from `push_json`.
    private(set) var columns = VerifyDifferences()
    /// Where the order and the summaries of the pushes differ from `push`; checked only if ``columns`` is empty.
    private(set) var sums = VerifyDifferences()

    init(_ db: Database) throws {
        try ColumnCheck(db: db).run(&columns)
        guard columns.isEmpty else { return }
        try OrderCheck(db: db).run(&sums)
        guard sums.isEmpty else { return }
        try SummaryCheck(db: db).run(&sums)
    }
}

extension VerifyDifference {
    /// The first finding of SQLite's `integrity_check`: in pages, in constraints, or in an index that does not
    /// match its table, and so hides rows from every query.
    static func ofIntegrity(_ db: Database) throws -> VerifyDifference? {
        let found = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no result"
        return found == "ok" ? nil : .integrity(detail: found)
    }
}
