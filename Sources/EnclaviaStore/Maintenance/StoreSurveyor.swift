import EnclaviaCore
import EnclaviaSystem
import FoundationEssentials
import GRDB
import Glibc
import SystemPackage

/// Inspects the history's files without changing them.
package struct StoreSurveyor: StoreProbe {
    private let paths: StorePaths
    private let history: HistoryStore
    private let log: EventLog

    package init(_ history: HistoryStore, _ log: EventLog) {
        paths = history.paths
        self.history = history
        self.log = log
    }

    package func survey() -> StoreSurvey {
        let directory = paths.stateDirectory.nearestExisting
        return StoreSurvey(
            directory: paths.stateDirectory.string,
            fileSystem: fileSystem(of: directory),
            freeBytes: Self.freeBytes(on: directory),
            unsafeFiles: FileAudit(paths).findings(), condition: condition,
            spooled: history.spooledPushes.count, eventLog: eventLog)
    }

    private var eventLog: EventLogSurvey? {
        // A history that cannot be read is reported as such.
        try? EventLogAudit(log: log, store: history).survey()
    }

    private func fileSystem(of directory: FilePath) -> StoreSurvey.FileSystem {
        switch history.settings.fileSystem(directory.native) {
        case .local: .local
        case .network: .network
        case .zfs: .zfs
        }
    }

    private static func freeBytes(on directory: FilePath) -> Int64? {
        var found = statvfs()
        guard statvfs(directory.native.native, &found) == 0 else { return nil }
        let (bytes, isTooMany) = Int64(clamping: found.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: found.f_frsize))
        return isTooMany ? .max : bytes
    }

    private var condition: StoreSurvey.Condition {
        do throws(StoreError) {
            let summary = try history.summary()
            guard summary.isWritable else {
                return .readOnly(reason: "you do not have permission to write \(paths.database)")
            }
            guard summary.events > 0 else { return .none }
            if let broken = try history.readStore(Self.brokenHead) ?? nil {
                return .brokenHead(sequence: broken)
            }
            return .sound(events: summary.events)
        } catch {
            return .faulty(error)
        }
    }

    /// The newest event's sequence number, if its hashes are wrong; `nil` if they are right.
    private static func brokenHead(_ db: Database) throws -> Int64? {
        let rows = try Row.fetchAll(
            db, sql: "SELECT seq, data, data_hash, hash FROM event ORDER BY seq DESC LIMIT 2")
        guard let head = rows.first else { return nil }
        let sequence: Int64 = head[0]
        let data: String? = head[1]
        let dataHash = Array(head[2] as Data)
        let previous = rows.count == 2 ? Array(rows[1][3] as Data) : HashChain.origin
        let isWhole = data.map { HashChain.dataHash(of: $0) == dataHash } ?? true
        let follows = HashChain.link(previous, dataHash) == Array(head[3] as Data)
        return isWhole && follows ? nil : sequence
    }
}
