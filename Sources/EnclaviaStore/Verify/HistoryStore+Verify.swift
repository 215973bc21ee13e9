import EnclaviaCore
import GRDB

extension HistoryStore: HistoryVerifier {
    package func verify(
        _ options: VerifyOptions, progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport {
        let blank = VerifyReport(path: paths.database.string)
        let noted = options.head.map { Hexadecimal.decode($0) ?? [] }
        let report = try readStore { db in
            var report = blank
            let projections = try ParallelCheck(beside: db, of: self) { try ProjectionFindings($0) }
            let integrity = try ParallelCheck(beside: db, of: self) {
                try VerifyDifference.ofIntegrity($0)
            }
            defer {
                projections.wait()
                integrity.wait()
            }
            var walk = try ChainWalk(db: db, noted: noted)
            try walk.run(&report, progress: progress)
            try compare(options.checkpoints, db, &report)
            let schema = try SchemaCheck(db: db).run(&report)
            for difference in schema { report.differences.add(difference) }
            guard schema.isEmpty, report.newerSchema == nil else {
                let sql = "SELECT count(DISTINCT push_id) FROM event"
                report.pushes = try Int.fetchOne(db, sql: sql) ?? 0
                return report
            }
            var replay = try PushReplay(db)
            let before = report.differences.count
            try replay.run(&report, progress: progress)
            let found = try projections.result(db)
            report.differences.add(found.columns, repeated: replay.repeated)
            // A sum of records that differ is not a difference of its own.
            if report.differences.count == before { report.differences.add(found.sums) }
            if let difference = try integrity.result(db) { report.differences.add(difference) }
            return report
        }
        if let report { return report }
        return try missing(blank, options)
    }

    /// The report on a missing store, which has neither the noted hash nor any event of a checkpoint.
    private func missing(
        _ blank: VerifyReport, _ options: VerifyOptions
    ) throws(StoreError) -> VerifyReport {
        var report = blank
        if let noted = options.head { report.differences.add(.head(noted: noted)) }
        try storeErrors(paths.database, settings) {
            try compare(options.checkpoints, nil, &report)
        }
        return report
    }
}
