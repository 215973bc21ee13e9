import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Makes every table and index anew from the events: fills a new store beside the history, and then replaces the
/// pages of the history by it. So damaged pages of tables and indexes do not matter, and neither does a schema that
/// somebody has changed.
package struct StoreRebuilder: HistoryRebuilder {
    private let paths: StorePaths
    private let settings: StoreSettings
    private let system: any SystemEnvironment

    package init(
        paths: StorePaths, settings: StoreSettings = StoreSettings(), system: any SystemEnvironment
    ) {
        self.paths = paths
        self.settings = settings
        self.system = system
    }

    package func prepare(
        _ options: VerifyOptions, progress: (RebuildStage) -> Void,
        changed: (RebuiltPush) throws -> Void
    ) throws -> any PreparedRebuild {
        let old = try rebuilding(paths, settings) { try open() }
        // Fails only while a statement is open, and none outlives its call.
        defer { try? old.close() }
        let draft: StoreDraft
        do throws(StoreDraft.Failure) {
            draft = try StoreDraft(of: paths.database, settings)
        } catch {
            throw RebuildError(error, paths)
        }
        do {
            let filling = DraftFilling(draft, settings)
            let filled = try old.read { db in
                let filled = try rebuilding(paths, settings) {
                    try filling.fill(from: db) { progress(.replaying(events: $0)) }
                }
                return filled
            }
            let report = try check(draft, options, progress)
            var summary = RebuildSummary()
            summary.events = Int(filled.sequence)
            try old.read { db in
                try filling.read { new in
                    try TableComparison(old: db, new: new).run(&summary, changed)
                }
            }
            return StoreRebuild(paths, settings, draft, filled, summary, report)
        } catch {
            draft.remove()
            throw error
        }
    }

    /// The history, opened for reading. An older schema is migrated first.
    ///
    /// - Throws: ``StoreError``, ``RebuildError``.
    private func open() throws -> DatabaseQueue {
        let reading = ReadOpening(paths: paths, settings: settings, note: { _ in })
        guard let queue = try reading.open() else {
            throw RebuildError.missing(path: paths.database.string)
        }
        let version = try queue.inDatabase { try Schema.version($0) }
        if version > Schema.version {
            throw StoreError.tooNew(path: paths.database.string, version: "\(version)")
        }
        guard version > 0, version < Schema.version else { return queue }
        try queue.close()
        let system = system
        let opening = StoreOpening(
            paths: paths, settings: settings, newChain: { ChainID(system.newID()) })
        try opening.open().close()
        guard let migrated = try reading.open() else {
            throw RebuildError.missing(path: paths.database.string)
        }
        return migrated
    }

    /// Verifies the new store. Its tables follow from the events, so what differs is the chain.
    private func check(
        _ draft: StoreDraft, _ options: VerifyOptions, _ progress: (RebuildStage) -> Void
    ) throws -> VerifyReport {
        let report = try rebuilding(paths, settings) {
            try draft.verify(options) { progress(.verifying(events: $0)) }
        }
        guard report.isIntact == true else {
            throw RebuildError.broken(path: paths.database.string, report)
        }
        return report
    }
}

/// Runs `body`, and throws its errors as ``RebuildError``, but for a cancellation.
func rebuilding<Value>(
    _ paths: StorePaths, _ settings: StoreSettings, _ body: () throws -> Value
) throws(RebuildError) -> Value {
    do {
        return try body()
    } catch let error as RebuildError {
        throw error
    } catch {
        throw .store(StoreError(error, path: paths.database, settings))
    }
}

extension RebuildError {
    init(_ failure: StoreDraft.Failure, _ paths: StorePaths) {
        let path = paths.database.string
        self =
            switch failure {
            case .exists, .reserved: .changed(path: path)
            case .busy: .busy(path: path)
            case .unwritable(let error): .target(error)
            }
    }
}
