import EnclaviaCore
import EnclaviaSystem
import GRDB

/// Takes records into one transaction, by the rules of a union: a record made on this machine is never
/// changed, unless it has no end here and one in the file, which is the line that a push without a place to
/// write to left with its user; otherwise the higher revision wins, and of equal revisions the greater JSON
/// text, so that the order of imports does not matter.
final class ImportMerger {
    private let db: Database
    private let paths: StorePaths
    private let system: any SystemEnvironment
    private let known: RawStatement
    private let rows: PushInsertion
    private var counts = SummaryCounts()

    init(_ db: Database, _ paths: StorePaths, _ system: any SystemEnvironment) throws {
        self.db = db
        self.paths = paths
        self.system = system
        known = try RawStatement(
            db, "SELECT revision, origin_imported_at IS NULL FROM push WHERE id = ?")
        rows = try PushInsertion(db)
    }

    func take(
        _ prepared: PreparedRecord, _ writer: inout EventWriter, _ summary: inout ImportSummary
    ) throws {
        summary.read += 1
        let record = prepared.record
        known.bind(record.id.text, at: 1)
        let found = try known.first { (revision: $0.integer(0), isOwn: $0.integer(1) != 0) }
        guard let found else {
            summary.added += 1
            return try add(prepared, &writer)
        }
        if found.isOwn {
            if try end(record, &writer) { summary.replaced += 1 } else { summary.own += 1 }
        } else if try found.revision <= record.revision && replace(record, &writer) {
            summary.replaced += 1
        } else {
            summary.known += 1
        }
    }

    /// Brings the summary tables up to date.
    func flush() throws {
        try counts.flush(db)
    }

    private func add(_ prepared: PreparedRecord, _ writer: inout EventWriter) throws {
        try writer.append(
            imported: prepared.record, text: prepared.text, EventMetadata(system))
        try rows.add(prepared)
        counts.add(prepared.entry)
    }

    private func replace(_ record: PushRecord, _ writer: inout EventWriter) throws -> Bool {
        try flush()
        guard let old = try PushProjection.find(record.id, db), try wins(record, over: old.record)
        else { return false }
        // A record that comes again, newer, is no later push.
        var record = record
        if let first = old.record.origin?.importedAt { record.origin?.importedAt = first }
        let event = EventMetadata(system).event(record.id, .imported(record))
        try writer.append([event], to: record.id, replacing: old)
        return true
    }

    /// Gives a push of this machine, which has died without an end, the end that `record` has.
    ///
    /// - Returns: `false` where it has an end, still runs, or is another push than the record's.
    private func end(_ record: PushRecord, _ writer: inout EventWriter) throws -> Bool {
        guard ![.running, .interrupted].contains(record.state.outcome) else { return false }
        try flush()
        guard let old = try PushProjection.find(record.id, db),
            [.running, .interrupted].contains(old.record.state.outcome),
            old.record.startedAt == record.startedAt,
            old.record.destination == record.destination,
            !FileLock.isHeld(paths.lock(of: record.id.text))
        else { return false }
        var whole = record
        whole.origin = nil
        whole.revision = max(old.record.revision, record.revision) + 1
        let event = EventMetadata(system).event(record.id, .reconciled(whole))
        // Like the spool's, it tells of what was before the pushes that are here already.
        let moment = whole.state.manifest?.pushedAt ?? whole.finishedAt ?? whole.startedAt
        try writer.append(
            [event], to: record.id, replacing: old,
            follows: EventChain.newest(by: moment, db))
        return true
    }

    private func wins(_ new: PushRecord, over old: PushRecord) throws -> Bool {
        if new.revision != old.revision { return new.revision > old.revision }
        return try text(old).utf8.lexicographicallyPrecedes(text(new).utf8)
    }

    private func text(_ record: PushRecord) throws -> String {
        var record = record
        record.origin = nil
        return try JSONText.encode(PushJSON(record))
    }
}

/// What new pushes add to the summary tables, summed up so that each row is written once.
struct SummaryCounts {
    private struct Key: Hashable {
        let table: Int
        let value: [ByteText]
    }

    private var pushes = 0
    private var added: [Key: (pushes: Int, newest: SummaryEntry)] = [:]

    mutating func add(_ entry: SummaryEntry) {
        pushes += 1
        for (table, summary) in SummaryTable.all.enumerated() {
            for value in summary.values(entry) {
                let key = Key(table: table, value: value)
                guard let old = added[key] else {
                    added[key] = (1, entry)
                    continue
                }
                let isNewer =
                    (entry.startedAt, entry.id) > (old.newest.startedAt, old.newest.id)
                added[key] = (old.pushes + 1, isNewer ? entry : old.newest)
            }
        }
    }

    mutating func flush(_ db: Database) throws {
        guard pushes > 0 else { return }
        try Summaries.count(pushes, db)
        for (key, sum) in added {
            try SummaryTable.all[key.table].add(
                sum.pushes, key.value, newest: sum.newest, db)
        }
        pushes = 0
        added = [:]
    }
}
