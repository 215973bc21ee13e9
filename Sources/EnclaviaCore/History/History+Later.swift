extension History {
    /// Whether a push that began after `push` has brought the digest to its tag, which held another before:
    /// then `push` had not.
    func wasBroughtLater(_ digest: Digest, than push: PushRecord) throws -> Bool {
        guard let reference = push.reference else { return false }
        var query = HistoryQuery()
        query.repositories = [
            RepositoryFilter(
                registry: reference.registry, owner: reference.owner,
                repository: reference.repository)
        ]
        query.tags = [reference.tag]
        query.digestPrefixes = [digest.hex]
        query.outcomes = [.succeeded]
        query.since = push.startedAt
        query.movesOnly = true
        var isFound = false
        try forEach(query) { other in
            if try other.record().reference == reference { isFound = true }
        }
        return isFound
    }
}
