import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Copies the store to another file, as of one moment, while pushes go on.
///
/// The copy is made by SQLite's backup interface, since a copy of `history.db` alone lacks what is in the write-ahead
/// log. `VACUUM INTO` would copy as well, but fails on a read-only connection where a table has generated columns
/// ("table vacuum_db.event has 4 columns but 8 values were supplied").
package struct StoreBackup: HistoryCopier {
    private let paths: StorePaths
    private let settings: StoreSettings

    package init(paths: StorePaths, settings: StoreSettings = StoreSettings()) {
        self.paths = paths
        self.settings = settings
    }

    package func backup(
        to path: String, progress: (BackupStage) -> Void
    ) throws(BackupError) -> BackupSummary {
        let target = FilePath(native: path)
        let store: DatabaseQueue?
        do throws(StoreError) {
            store = try ReadOpening(paths: paths, settings: settings, note: { _ in }).open()
        } catch {
            throw .store(error)
        }
        guard let store else { throw .missing(path: paths.database.string) }
        // Fails only while a statement is open, and none outlives its call.
        defer { try? store.close() }
        let draft: StoreDraft
        do throws(StoreDraft.Failure) {
            try StoreDraft.check(target)
            draft = try StoreDraft(of: target, settings)
        } catch {
            throw BackupError(error, target)
        }
        defer { draft.remove() }
        do {
            try draft.fill(from: store) { progress(.copying(fraction: $0)) }
        } catch {
            throw failure(error, target)
        }
        let report: VerifyReport
        do throws(StoreError) {
            report = try draft.verify { progress(.verifying(events: $0)) }
        } catch {
            throw .store(error)
        }
        guard report.isIntact != false else {
            throw .damaged(path: paths.database.string, report)
        }
        do throws(StoreDraft.Failure) {
            try draft.finish()
        } catch {
            throw BackupError(error, target)
        }
        return BackupSummary(
            path: target.string, pushes: report.pushes, events: report.events, head: report.head,
            spooled: HistoryStore(paths: paths, settings: settings).spooledPushes.count)
    }

    /// An error of writing the copy, or of reading the store.
    private func failure(_ error: any Error, _ target: FilePath) -> BackupError {
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_PERM:
            .target(StoreError(error, path: target, settings))
        default: .store(StoreError(error, path: paths.database, settings))
        }
    }
}

extension BackupError {
    init(_ failure: StoreDraft.Failure, _ target: FilePath) {
        self =
            switch failure {
            case .exists(let path): .exists(path: path.string)
            case .reserved: .reserved(path: target.string)
            case .busy: .busy(path: target.string)
            case .unwritable(let error): .target(error)
            }
    }
}
