import EnclaviaCore
import GRDB

extension HistoryStore: HistoryVerifier {
    package func verify(
        head: String?, progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport {
        let blank = VerifyReport(path: paths.database.string)
        let noted = head.map { Hexadecimal.decode($0) ?? [] }
        return try readStore { db in
            var report = blank
            let projections = try ParallelCheck(beside: db, of: self) { try ProjectionFindings($0) }
            let integrity = try ParallelCheck(beside: db, of: self) {
                try VerifyDifference.ofIntegrity($0)
            }
            defer {
                projections.wait()
                integrity.wait()
            }
            var walk = ChainWalk(db: db, noted: noted)
            try walk.run(&report, progress: progress)
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
        } ?? blank.missing(noted: head)
    }
}

extension VerifyReport {
    /// The report on a missing store, which does not have the noted hash.
    fileprivate func missing(noted: String?) -> VerifyReport {
        var report = self
        if let noted { report.differences.add(.head(noted: noted)) }
        return report
    }
}
