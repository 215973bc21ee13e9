import EnclaviaCore
import EnclaviaSystem
import GRDB
import Glibc
import SystemPackage

/// Recovers pushes that ended without the store: adds their spooled events to the store, and marks pushes whose
/// process has ended as interrupted.
struct Recovery {
    let writer: StoreWriter
    let log: EventLogWriter
    let system: any SystemEnvironment

    /// Writes nothing where there is nothing to do.
    ///
    /// - Throws: ``StoreError`` where the store cannot be written.
    func recover() throws(StoreError) -> RecoverySummary {
        var outcome = RecoverySummary()
        for directory in writer.paths.spools {
            for name in DirectoryTree.names(in: directory.native, followsLink: false)
            where name.hasSuffix(".jsonl") {
                guard !writer.interruption.isRaised else { throw .cancelled }
                try addSpooled(directory.appending(name), &outcome)
            }
        }
        try markInterrupted(&outcome)
        sweepLocks()
        outcome.warnings += writer.takeWarnings()
        return outcome
    }

    private func markInterrupted(_ outcome: inout RecoverySummary) throws(StoreError) {
        guard writer.paths.database.status != nil else { return }
        let connection = try writer.connection()
        let orphaned = try storeErrors(writer.paths.database, writer.settings) {
            try connection.inDatabase { db in try RunningPushes(db, writer.paths).orphaned }
        }.filter { !isSpooled($0) }
        guard !orphaned.isEmpty else { return }
        let (interrupted, events) = try writer.write { writer in
            try orphaned.filter { id in
                guard let found = try PushProjection.find(id, writer.db),
                    case .running = found.record.state
                else { return false }
                var whole = found.record
                whole.state = .interrupted
                whole.revision += 1
                let metadata = EventMetadata(system)
                try writer.append(
                    [metadata.event(id, .reconciled(whole))], to: id, replacing: found)
                return true
            }
        }
        outcome.interrupted = interrupted
        if let warning = log.append(events) { outcome.warnings.append(warning) }
    }

    private func isSpooled(_ id: PushID) -> Bool {
        writer.paths.spools.contains {
            $0.appending("\(id.text).jsonl").status != nil
        }
    }

    /// Removes the lock files of processes that have ended.
    private func sweepLocks() {
        for name in DirectoryTree.names(in: writer.paths.running.native, followsLink: false)
        where PushID(name) != nil {
            let path = writer.paths.running.appending(name)
            FileLock.tryAcquire(existing: path)?.release(removing: true)
        }
    }
}

extension Recovery {
    /// Adds all events of one spool file to the store, unless its push is still running.
    ///
    /// The writer of the file holds its lock until the last line, so what is read under the lock is complete.
    /// Events that are already in the chain are skipped: a process may crash between the commit and the removal of
    /// the file.
    private func addSpooled(_ path: FilePath, _ outcome: inout RecoverySummary) throws(StoreError) {
        if let id = path.stem, FileLock.isHeld(writer.paths.lock(of: id)) { return }
        guard let lock = FileLock.tryAcquire(existing: path) else { return }
        defer { lock.release(removing: false) }
        let text: SpoolText
        do {
            text = try SpoolText(path)
        } catch {
            outcome.warnings.append(.spool(path: path.string, reason: "\(error)"))
            return
        }
        do throws(StoreError) {
            let (_, events) = try writer.write { writer in try writer.addSpooled(text.events) }
            outcome.recoveredPushes += Set(text.events.compactMap(\.event.pushID)).sorted()
            if let warning = log.append(events) { outcome.warnings.append(warning) }
            if !text.rest.isEmpty {
                outcome.warnings.append(
                    .damagedSpool(path: try saveDamagedLines(text.rest, of: path)))
            }
        } catch  where error.isOfOneFile {
            // The other files can still be recovered.
            outcome.warnings.append(.spool(path: path.string, reason: error.reason))
            return
        }
        do throws(Errno) {
            try path.unlink()
        } catch {
            outcome.warnings.append(.spool(path: path.string, reason: error.description))
        }
    }

    /// Saves the unreadable lines of a spool file beside it.
    ///
    /// - Returns: the path of the new file.
    private func saveDamagedLines(_ rest: [UInt8], of path: FilePath) throws(StoreError) -> String {
        let directory = path.removingLastComponent()
        let name = (path.lastComponent?.string ?? "") + ".damaged"
        let aside = directory.freeName(name)
        let file = try PrivateFileIO.open(aside, [.create, .exclusiveCreate])
        do {
            try file.closeAfter {
                _ = try file.writeAll(rest)
                try PrivateFileIO.sync(file, aside)
            }
        } catch {
            try? aside.unlink()
            throw PrivateFileIO.failure(at: aside, error)
        }
        try PrivateFileIO.sync(directory: directory)
        return aside.string
    }
}

extension StoreError {
    /// Whether the content of a spool file caused the error, not the store.
    fileprivate var isOfOneFile: Bool {
        if case .constraint = self { true } else { false }
    }
}

extension EventWriter {
    /// Appends events from the spool; skips those that are already in the chain.
    mutating func addSpooled(_ spooled: [CloudEvent]) throws {
        for spooled in spooled {
            let event = spooled.event
            if let push = event.pushID {
                guard try !EventChain.contains(event.id, of: push, db) else { continue }
                try append(
                    [event], to: push, replacing: PushProjection.find(push, db),
                    follows: place(of: spooled))
            } else {
                guard try !EventChain.contains(event.id, type: event.type, db) else { continue }
                try append(event, follows: place(of: spooled))
            }
        }
    }

    /// The newest event in the chain when a spooled one happened: as the spooled event says, or by its time, if it
    /// could not read the chain or read another one.
    private func place(of spooled: CloudEvent) throws -> Int64 {
        if spooled.chain == chain, let follows = spooled.follows, follows <= head.sequence {
            return follows
        }
        return try EventChain.newest(by: spooled.event.time, db)
    }
}

extension HistoryEvent {
    /// The push that the event is about.
    var pushID: PushID? {
        if case .push(let id, _) = subject { id } else { nil }
    }
}
