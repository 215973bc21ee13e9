import EnclaviaCore
import GRDB
import Glibc
import SystemPackage

extension StoreError {
    /// The store's error for an error of GRDB, or of decoding what the tables hold.
    init(_ error: any Error, path: FilePath, _ settings: StoreSettings) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(error, path: path, settings)
        case is CancellationError:
            self = .cancelled
        default:
            self = .corrupt(path: path.string, detail: "it contains invalid text")
        }
    }

    /// Source: <https://www.sqlite.org/rescode.html>.
    private init(_ error: DatabaseError, path: FilePath, _ settings: StoreSettings) {
        let code = error.extendedResultCode
        let words = error.message ?? "SQLite error \(code.rawValue)"
        let name = path.string
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            // A wait that was cancelled does not mean that the lock was held for long.
            self =
                settings.isCancelled()
                ? .cancelled : .locked(path: name, seconds: settings.busySeconds)
        case .SQLITE_INTERRUPT:
            self = .cancelled
        case .SQLITE_FULL:
            self = .full(path: name)
        case .SQLITE_READONLY where code == .SQLITE_READONLY_DBMOVED:
            self = .inaccessible(path: name, reason: "it was moved or replaced while it was open")
        case .SQLITE_READONLY:
            self = .readOnly(path: name)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .corrupt(path: name, detail: words)
        case .SQLITE_CONSTRAINT:
            self = .constraint(path: name, detail: words)
        case .SQLITE_CANTOPEN:
            self = .inaccessible(path: name, reason: Self.obstacle(to: path) ?? words)
        case .SQLITE_IOERR:
            self = .inaccessible(path: name, reason: "\(words), SQLite code \(code.rawValue)")
        case .SQLITE_PERM, .SQLITE_NOMEM, .SQLITE_NOLFS, .SQLITE_AUTH:
            self = .inaccessible(path: name, reason: words)
        default:
            // ERROR, TOOBIG, MISMATCH, MISUSE, RANGE, SCHEMA, ABORT, INTERNAL and what is yet to come.
            self = .unexpected(path: name, detail: words)
        }
    }

    /// Why a file cannot be opened; SQLite does not say. `nil` where it can be now.
    private static func obstacle(to path: FilePath) -> String? {
        for path in [path, path.removingLastComponent()] {
            do {
                let file = try FileDescriptor.open(
                    path, .readOnly, options: [.closeOnExec, .nonBlocking])
                try file.close()
            } catch {
                return (error as? Errno)?.description
            }
        }
        return nil
    }
}

/// Runs `body`, and throws its errors as ``StoreError``.
func storeErrors<Value>(
    _ path: FilePath, _ settings: StoreSettings, _ body: () throws -> Value
) throws(StoreError) -> Value {
    do {
        return try body()
    } catch {
        throw StoreError(error, path: path, settings)
    }
}

extension StoreError {
    /// The error after a check of the schema: if SQLite refuses a statement because a table or a column is missing,
    /// the store is damaged.
    func explained(by queue: DatabaseQueue) -> StoreError {
        guard case .unexpected(let path, let detail) = self else { return self }
        var report = VerifyReport(path: path)
        do {
            let found = try queue.unsafeRead { db in try SchemaCheck(db: db).run(&report) }
            guard case .schema(let object)? = found.first else { return self }
            return .corrupt(
                path: path, detail: "\(object) is missing from its schema, or was changed")
        } catch {
            // The schema is too damaged to be compared.
            return .corrupt(path: path, detail: detail)
        }
    }
}
