import EnclaviaCore
import GRDB
import SystemPackage

extension StoreJournal: HistoryMaintenance {
    package func importRecords(
        from source: RecordSource, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(ImportError) -> ImportSummary {
        let result = await writer.runUntilCancelled { () -> Result<ImportSummary, ImportError> in
            // Closing checkpoints the write-ahead log, which the next reader would have to go through otherwise.
            defer { self.writer.close() }
            do throws(ImportError) {
                let directory = self.writer.paths.stateDirectory
                let source = try ImportSource(
                    source, directory: directory, interruption: self.writer.interruption)
                defer { source.close() }
                // Recover this machine's pushes before the import may add records of them.
                let recoveryWarnings = try self.recoveryWarnings()
                let importer = HistoryImporter(
                    writer: self.writer, log: self.log, system: self.system,
                    progress: progress)
                var summary = try importer.run(source)
                if let warning = self.log.finish(), !summary.warnings.contains(warning) {
                    summary.warnings.append(warning)
                }
                summary.warnings = recoveryWarnings + self.writer.takeWarnings() + summary.warnings
                return .success(summary)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    package func prunable(before moment: Timestamp) throws(StoreError) -> PruneSummary {
        let history = HistoryStore(paths: writer.paths, settings: writer.settings)
        return try history.readStore { db in try PrunePlan(before: moment).summary(db) }
            ?? PruneSummary()
    }

    package func prune(
        before moment: Timestamp, host: String?
    ) async throws(StoreError) -> PruneSummary {
        try await perform {
            () throws(StoreError) in
            let recoveryWarnings = try self.recovery.recover().warnings
            var summary = try HistoryPruner(
                writer: self.writer, log: self.log, system: self.system,
                plan: PrunePlan(before: moment), host: host
            ).run()
            summary.warnings = recoveryWarnings + self.writer.takeWarnings() + summary.warnings
            return summary
        }
    }

    private func recoveryWarnings() throws(ImportError) -> [StoreWarning] {
        do throws(StoreError) {
            return try recovery.recover().warnings
        } catch {
            throw .store(error)
        }
    }

    package func recover() async throws(StoreError) -> RecoverySummary {
        try await perform { () throws(StoreError) in try self.recovery.recover() }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await writer.runUntilCancelled { () -> Result<Value, StoreError> in
            do throws(StoreError) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
