import EnclaviaCore
import GRDB

extension StoreJournal {
    package func commit(
        of digest: Digest, at reference: ImageReference
    ) async throws(StoreError) -> String? {
        try await read { db in
            let sql = """
                SELECT context_git_commit FROM push
                WHERE digest = ? AND outcome = 'succeeded' AND context_git_commit IS NOT NULL
                ORDER BY reference = ? DESC, \(PushPlace.newestFirst()) LIMIT 1
                """
            return try String.fetchOne(
                db.cachedStatement(sql: sql),
                arguments: [digest.description, reference.description])
        }
    }
}
