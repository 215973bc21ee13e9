import EnclaviaCore
import GRDB
import SystemPackage

extension StoreError {
    /// What an error out of GRDB, or out of the decoding of what the tables hold, means for the store.
    init(_ error: any Error, path: FilePath, seconds: Int) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(error, path: path.string, seconds: seconds)
        default:
            self = .corrupt(path: path.string, detail: "\(error)")
        }
    }

    private init(_ error: DatabaseError, path: String, seconds: Int) {
        let words = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .locked(path: path, seconds: seconds)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_ERROR,
            .SQLITE_SCHEMA:
            self = .corrupt(path: path, detail: words)
        default:
            self = .inaccessible(path: path, reason: words)
        }
    }
}

/// Runs `body`, whose errors are the store's.
func storeErrors<Value>(
    _ path: FilePath, seconds: Int, _ body: () throws -> Value
) throws(StoreError) -> Value {
    do {
        return try body()
    } catch {
        throw StoreError(error, path: path, seconds: seconds)
    }
}
