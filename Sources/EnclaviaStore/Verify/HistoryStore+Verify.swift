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
            let projections = try SideCheck(beside: db, of: self, SideCheck.projections)
            let integrity = try SideCheck(beside: db, of: self, SideCheck.integrity)
            defer {
                projections.wait()
                integrity.wait()
            }
            var walk = ChainWalk(db: db, noted: noted)
            try walk.run(&report, progress: progress)
            if let difference = try SchemaCheck(db: db).run(&report) {
                report.difference = report.difference ?? difference
            }
            guard report.difference == nil, report.newerSchema == nil else {
                let sql = "SELECT count(DISTINCT push_id) FROM event"
                report.pushes = try Int.fetchOne(db, sql: sql) ?? 0
                return report
            }
            var replay = try PushReplay(db)
            report.difference =
                try replay.run(&report, progress: progress) ?? projections.difference(db)
                ?? integrity.difference(db)
            return report
        } ?? blank.missing(noted: head)
    }
}

extension VerifyReport {
    /// The report on a store that is not there, which holds no hash that was noted.
    fileprivate func missing(noted: String?) -> VerifyReport {
        var report = self
        report.difference = noted.map { .head(noted: $0) }
        return report
    }
}
