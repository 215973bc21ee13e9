import EnclaviaCore
import GRDB

extension HistoryStore: HistoryReporter {
    package func report(
        _ query: HistoryQuery, in zone: LocalZone
    ) throws(StoreError) -> HistoryReport {
        var query = query
        query.limit = nil
        query.isReversed = false
        let empty = HistoryReport(path: paths.database.string)
        let found = try readStore { db in
            let reader = try PushReader(db, paths)
            let pushes = try ReportedPushes(db, query, reader)
            var report = empty
            try pushes.count(&report)
            report.evidence = try evidence(db)
            report.prunedBefore = try prunedBefore(db)
            guard let range = report.range else { return report }
            let periods = ReportPeriods(query.bounds(of: range), in: zone)
            report.byPeriod = try pushes.counted(by: periods)
            report.periods = periods
            report.repositories = try pushes.repositories()
            report.users = try pushes.users()
            report.failures = try pushes.failures()
            report.tags = try ReportedTags(db, pushes).all()
            report.pushes = ReportList(try pushes.newest(), of: report.counts.pushes)
            return report
        }
        if let found { return found }
        var report = empty
        try storeErrors(paths.database, settings) {
            report.evidence = try evidence(nil)
        }
        return report
    }

    /// The greatest of the moments before which pushes were pruned.
    private func prunedBefore(_ db: Database) throws -> Timestamp? {
        try String.fetchOne(
            db, sql: "SELECT max(json_extract(data, '$.data.before')) FROM event WHERE type = ?",
            arguments: [EventType.historyPruned.rawValue]
        ).flatMap { Timestamp($0) }
    }

    /// - Parameter db: `nil` where there is no store.
    private func evidence(_ db: Database?) throws -> ReportEvidence {
        var evidence = ReportEvidence()
        var comparison = CheckpointComparison(names: ChainNames(nil), newest: 0) { _ in nil }
        if let db {
            let head = try EventChain.head(db)
            evidence.chain = try EventChain.names(db).present?.text
            evidence.events = Int(head.sequence)
            evidence.head = head.sequence == 0 ? nil : Hexadecimal.encode(head.hash)
            comparison = try CheckpointComparison(db)
        }
        let kept = try CheckpointFile(paths.checkpoints).kept
        evidence.damaged = kept.damaged.map(kept.name)
        evidence.kept = try kept.lines.last.map { line in
            ReportEvidence.Kept(
                name: kept.name(of: line.number), checkpoint: line.checkpoint,
                difference: try comparison.difference(of: line.checkpoint))
        }
        return evidence
    }
}

extension HistoryQuery {
    /// The query's own range; where it has no end of it, that of the pushes.
    package func bounds(of pushes: ClosedRange<Timestamp>) -> ClosedRange<Timestamp> {
        let first = since ?? pushes.lowerBound
        let last = until.map { $0.adding(milliseconds: -1) } ?? pushes.upperBound
        return first...max(first, last)
    }
}
