/// The pushes of a shared history, queried as those of the store are: the server narrows them, and the store's own
/// queries decide.
package struct RemotePushes: Sendable {
    private let reading: RemoteReading
    private let collection: any PushCollection
    /// Called with rows that cannot be read as records.
    private let unreadable: @Sendable ([UnreadablePush]) -> Void

    /// - Parameter collection: an empty one.
    package init(
        _ remote: any SharedHistory, _ collection: any PushCollection,
        unreadable: @escaping @Sendable ([UnreadablePush]) -> Void
    ) {
        reading = RemoteReading(remote)
        self.collection = collection
        self.unreadable = unreadable
    }

    /// Passes each matching push on, in order, and holds a page of them.
    ///
    /// - Throws: what `body` throws, ``SyncError``, ``StoreError``.
    package func forEach(
        _ query: HistoryQuery, _ body: (StoredPush) throws -> Void
    ) async throws {
        guard !query.movesOnly else {
            // In the order in which the tags were moved.
            return try await history(of: [.query(query)]).forEach(query, body)
        }
        var page = query
        try await forEachPage(of: [.query(query)]) { pushes in
            try collection.add(pushes)
            try collection.history.forEach(page) { push in
                if let limit = page.limit { page.limit = limit - 1 }
                try body(push)
            }
            try collection.removeAll()
            return page.limit != 0
        }
    }

    /// Passes each matching push on as a line of an export, in order, and holds a page of them.
    ///
    /// - Throws: what `body` throws, ``SyncError``, ``StoreError``.
    package func export(_ query: HistoryQuery, _ body: (String) throws -> Void) async throws {
        guard !query.movesOnly else {
            return try await history(of: [.query(query)]).export(query, body)
        }
        try await forEachPage(of: [.query(query)]) { pushes in
            try collection.add(pushes)
            try collection.history.export(query, body)
            try collection.removeAll()
            return true
        }
    }

    /// The pushes of the selections, as a history: of a query with a limit, as many as it takes.
    ///
    /// - Throws: ``SyncError``, ``StoreError``.
    package func history(of selections: [RemoteSelection]) async throws -> any History {
        let query = selections.count == 1 ? selections[0].limitedQuery : nil
        var pages = 0
        var nextCheck = 1
        try await forEachPage(of: selections) { pushes in
            try collection.add(pushes)
            pages += 1
            guard let query, pages == nextCheck else { return true }
            // Seldom, since it counts those of all pages.
            nextCheck *= 2
            var count = 0
            try collection.history.forEach(query) { _ in count += 1 }
            return count != query.limit
        }
        return collection.history
    }

    private func forEachPage(
        of selections: [RemoteSelection], _ body: ([RemotePush]) throws -> Bool
    ) async throws {
        try await reading.forEachPage(of: selections) { page in
            try Task.checkCancellation()
            if !page.unreadable.isEmpty { unreadable(page.unreadable) }
            return try body(page.pushes)
        }
    }

    /// - Throws: ``SyncError``.
    package func statistics(
        of query: HistoryQuery, by grouping: RemoteGrouping
    ) async throws(SyncError) -> RemoteStatistics {
        let (counts, unknown) = try await reading.counts(of: query, by: grouping)
        return RemoteStatistics(counts, unknown: unknown)
    }
}
