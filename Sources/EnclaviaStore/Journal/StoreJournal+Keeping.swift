import EnclaviaCore
import GRDB
import SystemPackage

extension StoreJournal: HistoryKeeper {
    package func importRecords(
        from source: RecordSource, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(ImportError) -> ImportSummary {
        let result = await writer.run { () -> Result<ImportSummary, ImportError> in
            do throws(ImportError) {
                let directory = self.writer.paths.stateDirectory
                let source = try ImportSource(source, directory: directory)
                defer { source.close() }
                let importer = HistoryImporter(
                    writer: self.writer, log: self.log, surroundings: self.surroundings,
                    progress: progress)
                return .success(try importer.run(source))
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

    package func prune(before moment: Timestamp) async throws(StoreError) -> PruneSummary {
        try await perform {
            () throws(StoreError) in
            try HistoryPruner(
                writer: self.writer, log: self.log, surroundings: self.surroundings,
                plan: PrunePlan(before: moment)
            ).run()
        }
    }

    package func settle() async throws(StoreError) -> SettleSummary {
        try await perform { () throws(StoreError) in try self.housekeeping.settle() }
    }

    /// Keeps what completion offers of enclaves. These are no part of the record: they are in no
    /// event, and the last word on an enclave replaces the one before.
    package func remember(_ enclaves: [Enclave], backend: String) throws(StoreError) {
        guard !enclaves.isEmpty else { return }
        let now = surroundings.now().description
        _ = try writer.write { writer in
            for enclave in enclaves {
                try writer.db.cachedStatement(
                    sql: """
                        INSERT INTO enclave (id, name, backend, seen_at) VALUES (?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET
                            name = excluded.name, backend = excluded.backend,
                            seen_at = excluded.seen_at
                        """
                ).execute(arguments: [enclave.id, enclave.name, backend, now])
            }
        }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await writer.run { () -> Result<Value, StoreError> in
            do throws(StoreError) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension StoreJournal: AccountJournal {
    package func append(
        _ event: AccountEvent, host: String?
    ) async throws(StoreError) -> [StoreWarning] {
        let stamp = EventStamp(surroundings, host: host)
        return try await perform {
            () throws(StoreError) in
            let subject: HistoryEvent.Subject =
                switch event {
                case .login(let mark): .login(mark)
                case .logout(let mark): .logout(mark)
                }
            let (_, lines) = try self.writer.write { try $0.append(stamp.event(subject)) }
            return self.log.append(lines).map { [$0] } ?? []
        }
    }
}
