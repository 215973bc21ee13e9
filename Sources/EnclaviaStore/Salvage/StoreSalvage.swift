import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Makes a new store of what can be read of a damaged one.
///
/// The events up to the first break of the chain are kept as they are, with the tables that follow from them. If
/// something is lost, a new chain continues from there: its first event says what is missing, and what the file has
/// beyond the break is imported.
package struct StoreSalvage: HistorySalvager {
    private let settings: StoreSettings
    private let system: any SystemEnvironment

    /// How many events are written in one transaction.
    private static let batch = 4096
    /// How often the store is made anew because verifying it has found a difference.
    private static let tries = 20

    package init(system: any SystemEnvironment, settings: StoreSettings = StoreSettings()) {
        self.system = system
        self.settings = settings
    }

    package func salvage(
        _ path: String, to target: String, progress: (SalvageStage) -> Void
    ) throws(SalvageError) -> SalvageSummary {
        let target = FilePath(native: target)
        let draft: StoreDraft
        let file: DamagedFile
        do throws(StoreDraft.Failure) {
            try StoreDraft.check(target)
        } catch {
            throw SalvageError(error, target)
        }
        file = try DamagedFile(FilePath(native: path))
        do throws(StoreDraft.Failure) {
            draft = try StoreDraft(of: target, settings)
        } catch {
            throw SalvageError(error, target)
        }
        defer { draft.remove() }
        let copy = draft.paths.stateDirectory.appending("damaged.db")
        try file.copy(to: copy) { progress(.reading(fraction: $0 / 2)) }
        let summary = try salvage(copy, of: path, into: draft, progress)
        if Task.isCancelled { throw .store(.cancelled) }
        do throws(StoreDraft.Failure) {
            try draft.finish()
        } catch {
            throw SalvageError(error, target)
        }
        return summary
    }

    private func salvage(
        _ copy: FilePath, of path: String, into draft: StoreDraft,
        _ progress: (SalvageStage) -> Void
    ) throws(SalvageError) -> SalvageSummary {
        let scratch = draft.paths.stateDirectory.appending("scratch.db")
        do {
            return try SalvageScratch.run(at: scratch) { scratch in
                var damaged = DamagedStore(copy, of: path)
                try damaged.read(into: scratch) { progress(.reading(fraction: 0.5 + $0 / 2)) }
                return try make(draft, of: damaged, scratch, progress)
            }
        } catch {
            throw SalvageError(error, draft.target, settings)
        }
    }

    /// Makes the store until it verifies: where a difference shows only there, the chain is kept up to it.
    private func make(
        _ draft: StoreDraft, of damaged: DamagedStore, _ scratch: SalvageScratch,
        _ progress: (SalvageStage) -> Void
    ) throws -> SalvageSummary {
        let hasEvents = try Bool.fetchOne(
            scratch.db,
            sql: "SELECT EXISTS (SELECT 1 FROM candidate) OR EXISTS (SELECT 1 FROM record)")
        guard hasEvents == true || damaged.chain != nil else {
            throw SalvageError.nothing(path: damaged.path)
        }
        var limit: Int64?
        var report = VerifyReport(path: damaged.path)
        for _ in 0..<Self.tries {
            try remove(draft.paths.database)
            try scratch.removeLater()
            var summary = try fill(draft, of: damaged, scratch, limit: limit, progress)
            report = try draft.verify { progress(.verifying(events: $0)) }
            if report.isIntact == true {
                summary.pushes = report.pushes
                summary.events = report.events
                summary.head = report.head
                return summary
            }
            let first = report.differences.listed.compactMap(\.sequence).min()
            guard let first, first > 0, first < limit ?? .max else {
                throw SalvageError.differs(path: damaged.path, report)
            }
            limit = first
        }
        throw SalvageError.differs(path: damaged.path, report)
    }

    private func remove(_ store: FilePath) throws {
        for path in ["", "-wal", "-shm", "-journal"].map(store.beside) where path.status != nil {
            try path.unlink()
        }
    }

    private func fill(
        _ draft: StoreDraft, of damaged: DamagedStore, _ scratch: SalvageScratch, limit: Int64?,
        _ progress: (SalvageStage) -> Void
    ) throws -> SalvageSummary {
        let fresh = ChainID(system.newID())
        let queue = try StoreOpening(paths: draft.paths, settings: settings) { fresh }.open()
        let summary = try queue.inDatabase { db in
            // The file is synced before it gets its name.
            try db.execute(sql: "PRAGMA synchronous = OFF")
            try db.execute(sql: "PRAGMA cache_size = -16384")
            let walk = try keep(scratch, in: db, limit: limit, progress)
            return try complete(draft, of: damaged, scratch, in: db, after: walk, fresh)
        }
        try queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
        return summary
    }

    /// Writes the events up to the first break.
    private func keep(
        _ scratch: SalvageScratch, in db: Database, limit: Int64?,
        _ progress: (SalvageStage) -> Void
    ) throws -> SalvageWalk {
        var walk = SalvageWalk(limit: limit)
        var before: Int64 = -1
        while walk.head.sequence > before {
            before = walk.head.sequence
            try db.inTransaction(.immediate) {
                try walk.takeBatch(Self.batch, from: scratch, to: db)
                return .commit
            }
            progress(.writing(events: Int(walk.head.sequence)))
        }
        return walk
    }

    /// Names the chain, and writes what follows the events that were kept.
    private func complete(
        _ draft: StoreDraft, of damaged: DamagedStore, _ scratch: SalvageScratch,
        in db: Database, after walk: SalvageWalk, _ fresh: ChainID
    ) throws -> SalvageSummary {
        let head = walk.head
        var rest = SalvagedRest(scratch, db, after: head, system)
        var end = try SalvagedEnd(
            damaged, scratch, after: head.sequence, of: walk.source.chain, limit: walk.limit)
        if end.isBroken { try rest.replay() }
        try rest.takeRows(isBroken: end.isBroken)
        if rest.hasNewerRow { end.addUnknown() }
        let old = walk.source.chain ?? rest.chains.first.flatMap { ChainID($0) } ?? damaged.chain
        var summary = SalvageSummary(path: draft.target.string, chain: (old ?? fresh).text)
        summary.changedPushes = rest.changed
        guard end.isBroken else {
            try EventChain.name(old ?? fresh, db)
            try set(loggedThrough: damaged.loggedThrough, upTo: head.sequence, db)
            summary.lostPushes = try rest.lostPushes()
            return summary
        }
        try EventChain.name(fresh, db)
        try LoggedThrough.set(head.sequence, db)
        let lost = try end.lost(scratch)
        let named = damaged.chain.map { rest.chains.contains($0.text) ? [] : [$0.text] } ?? []
        let formerChains = (rest.chains + named).filter { $0 != old?.text }
        let mark = SalvageEventData(
            chain: old?.text, sequence: head.sequence, head: Hexadecimal.encode(head.hash),
            formerChains: formerChains, lost: lost.pairs,
            lostEvents: lost.count, isEndUnknown: end.isUnknown,
            unprovenEvents: rest.unproven, pushes: try rest.prepare(),
            blanked: walk.uncovered.pairs)
        try rest.append(mark)
        summary.chain = fresh.text
        summary.mark = mark
        summary.lostPushes = try rest.lostPushes()
        summary.pendingPushes = rest.pending
        return summary
    }

    /// Keeps up to where the event log is complete, if that can be.
    private func set(loggedThrough: Int64?, upTo head: Int64, _ db: Database) throws {
        if let loggedThrough, 0...head ~= loggedThrough {
            try LoggedThrough.set(loggedThrough, db)
        } else {
            try db.execute(
                sql: "DELETE FROM meta WHERE key = ?", arguments: [LoggedThrough.key])
        }
    }
}
