import EnclaviaCore
import GRDB

extension StoreJournal {
    /// The most enclaves that are kept for completion, those seen last.
    private static let enclaveLimit = 500

    /// Stores what completion offers of enclaves, and deletes those that were destroyed.
    ///
    /// - Parameter backend: the backend of the enclaves.
    /// - Returns: warnings.
    /// - Throws: ``StoreError`` where the store cannot be written.
    @discardableResult
    package func remember(
        _ enclaves: [Enclave], at backend: String
    ) async throws(StoreError) -> [StoreWarning] {
        let now = system.now()
        let result = await writer.run {
            Result { () throws(StoreError) in
                let warnings = try self.recovery.recover().warnings
                _ = try self.writer.write { writer in
                    for enclave in enclaves {
                        try self.put(enclave, backend, now, writer.db)
                    }
                    try Self.trim(writer.db)
                }
                return warnings + self.writer.takeWarnings()
            }
        }
        return try result.get()
    }

    private func put(
        _ enclave: Enclave, _ backend: String, _ now: Timestamp, _ db: Database
    ) throws {
        if enclave.isArchived {
            try db.cachedStatement(sql: "DELETE FROM enclave WHERE id = ?")
                .execute(arguments: [enclave.id])
            return
        }
        let secrets = writer.secrets
        try db.cachedStatement(
            sql: """
                INSERT INTO enclave (id, name, backend, seen_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    name = excluded.name, backend = excluded.backend, seen_at = excluded.seen_at
                """
        ).execute(arguments: [
            secrets.scrub(enclave.id), enclave.name.map(secrets.scrub), backend, now.description,
        ])
    }

    private static func trim(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM enclave WHERE id NOT IN (
                    SELECT id FROM enclave ORDER BY seen_at DESC, id DESC LIMIT ?)
                """, arguments: [enclaveLimit])
    }
}
