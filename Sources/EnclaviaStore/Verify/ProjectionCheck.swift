import Dispatch
import EnclaviaCore
import GRDB
import Synchronization

/// Compares the projections with one another, on a second connection beside the walk of the chain, so
/// that both take half the time.
final class ProjectionCheck: Sendable {
    private enum Outcome {
        case checked(VerifyDifference?)
        /// Somebody wrote before the second connection began to read.
        case otherState
    }

    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let group = DispatchGroup()

    /// Begins.
    ///
    /// - Parameter db: a read transaction, whose state of the history the second one must see too.
    init(beside db: Database, of store: HistoryStore) throws {
        let head = try EventChain.head(db)
        let second = HistoryStore(paths: store.paths, settings: store.settings)
        DispatchQueue.global().async(group: group) {
            let result = Result {
                try second.read { db -> Outcome in
                    guard try EventChain.head(db) == head else { return .otherState }
                    return .checked(try Self.check(db))
                } ?? .otherState
            }
            second.close()
            self.outcome.withLock { $0 = result }
        }
    }

    func wait() {
        group.wait()
    }

    /// The first difference, looked for in `db` itself where the second connection saw another state.
    func difference(_ db: Database) throws -> VerifyDifference? {
        wait()
        let found = try outcome.withLock { try $0?.get() }
        switch found {
        case .checked(let difference): return difference
        case .otherState, nil: return try Self.check(db)
        }
    }

    private static func check(_ db: Database) throws -> VerifyDifference? {
        try ColumnCheck(db: db).run() ?? SummaryCheck(db: db).run()
    }
}
