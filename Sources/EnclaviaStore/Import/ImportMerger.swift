import EnclaviaCore
import EnclaviaSystem
import GRDB

/// Merges records into the store in one transaction. The order of imports does not matter:
///
/// - A record made on this machine never changes, unless it has no end here and one in the file. The user gets such
///   a line from a push that could write its record nowhere.
/// - Otherwise the higher revision wins, and of equal revisions the greater JSON text.
final class ImportMerger {
    private let db: Database
    private let paths: StorePaths
    private let system: any SystemEnvironment
    private let known: RawStatement
    private let event: RawStatement
    private let rows: PushInsertion
    private var counts = SummaryCounts()

    init(_ db: Database, _ paths: StorePaths, _ system: any SystemEnvironment) throws {
        self.db = db
        self.paths = paths
        self.system = system
        known = try RawStatement(
            db, "SELECT revision, origin_imported_at IS NULL FROM push WHERE id = ?")
        event = try RawStatement(db, EventChain.insertRow)
        rows = try PushInsertion(db)
    }

    func take(
        _ prepared: PreparedRecord, _ writer: inout EventWriter, _ summary: inout ImportSummary
    ) throws {
        summary.read += 1
        known.bind(prepared.id.text, at: 1)
        let found = try known.first { (revision: $0.integer(0), isOwn: $0.integer(1) != 0) }
        guard let found else {
            summary.added += 1
            return try add(prepared, &writer)
        }
        if found.isOwn {
            if try end(prepared.record(), &writer) {
                summary.replaced += 1
            } else {
                summary.own += 1
            }
        } else if try found.revision <= prepared.revision
            && replace(prepared.record(), &writer)
        {
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
            imported: prepared.id, text: prepared.text, EventMetadata(system), with: event)
        try rows.add(prepared)
        counts.add(prepared.entry)
    }

    private func replace(_ record: PushRecord, _ writer: inout EventWriter) throws -> Bool {
        try flush()
        guard let old = try PushProjection.find(record.id, db), try wins(record, over: old.record)
        else { return false }
        // A newer revision of a record keeps the time of its first import.
        var record = record
        if let first = old.record.origin?.importedAt { record.origin?.importedAt = first }
        let event = EventMetadata(system).event(record.id, .imported(record))
        try writer.append([event], to: record.id, replacing: old)
        return true
    }

    /// Gives the end that `record` has to a push of this machine whose process ended without recording one.
    ///
    /// - Returns: `false` if the push has an end, still runs, or is not the one in the record.
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
        // Like a spooled event, it happened before events that are already in the chain.
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
    private typealias Sum = (pushes: Int, newest: SummaryEntry)

    private var pushes = 0
    /// For each of ``SummaryTable/all``, by its values.
    private var added = Self.none

    private static let none = [[[ByteText]: Sum]](repeating: [:], count: SummaryTable.all.count)

    mutating func add(_ entry: SummaryEntry) {
        pushes += 1
        for (table, summary) in SummaryTable.all.enumerated() {
            for value in summary.values(entry) {
                added[table][value, default: (0, entry)].pushes += 1
                guard let newest = added[table][value]?.newest, newest.id != entry.id,
                    (entry.startedAt, entry.id) > (newest.startedAt, newest.id)
                else { continue }
                added[table][value]?.newest = entry
            }
        }
    }

    mutating func flush(_ db: Database) throws {
        guard pushes > 0 else { return }
        try Summaries.count(pushes, db)
        for (table, sums) in zip(SummaryTable.all, added) {
            let insertion = try RawStatement(db, table.insertRow)
            for (value, sum) in sums {
                let columns = table.values(sum.pushes, value, newest: sum.newest)
                for (index, column) in columns.enumerated() {
                    insertion.bind(column, at: CInt(index + 1))
                }
                try insertion.run()
            }
        }
        pushes = 0
        added = Self.none
    }
}
