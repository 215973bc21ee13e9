/// Reads the pushes of a shared history.
package struct RemoteReading: Sendable {
    private let remote: any SharedHistory

    package init(_ remote: any SharedHistory) {
        self.remote = remote
    }

    /// Passes the pages of all selections to `body`, as of one moment. The next one is read while `body` runs.
    ///
    /// - Parameter body: returns whether it wants more.
    /// - Throws: what `body` throws, or ``SyncError``.
    package func forEachPage(
        of selections: [RemoteSelection], _ body: (RemotePage) throws -> Bool
    ) async throws {
        let pages = PageChannel()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await read(selections, into: pages) }
            var wantsMore = true
            let taken: Result<Void, any Error>
            do {
                while wantsMore, let page = await pages.next() { wantsMore = try body(page) }
                taken = .success(())
            } catch {
                wantsMore = false
                taken = .failure(error)
            }
            guard wantsMore else {
                // It reads the next page, or waits until there is room for it.
                group.cancelAll()
                await pages.close()
                return try taken.get()
            }
            try await group.waitForAll()
        }
    }

    private func read(
        _ selections: [RemoteSelection], into pages: PageChannel
    ) async throws(SyncError) {
        do throws(SyncError) {
            try await remote.connected { connection throws(SyncError) in
                do throws(RemoteError) {
                    try await connection.read(selections) { await pages.send($0) }
                } catch {
                    throw Task.isCancelled ? .cancelled : .remote(error)
                }
            }
        } catch {
            await pages.finish()
            throw error
        }
        await pages.finish()
    }

    /// Counts the matching pushes, whatever the query's limit and globs.
    ///
    /// - Throws: ``SyncError``.
    package func counts(
        of query: HistoryQuery, by grouping: RemoteGrouping
    ) async throws(SyncError) -> (counts: [RemoteCount], unknown: Int) {
        try await remote.connected { connection throws(SyncError) in
            do throws(RemoteError) {
                return try await connection.counts(of: query, by: grouping)
            } catch {
                throw Task.isCancelled ? .cancelled : .remote(error)
            }
        }
    }
}

/// Hands pages from one task to another, and holds at most one.
private actor PageChannel {
    private var page: RemotePage?
    private var isFinished = false
    private var isClosed = false
    private var sender: CheckedContinuation<Void, Never>?
    private var receiver: CheckedContinuation<RemotePage?, Never>?

    /// Waits until there is room for the page.
    ///
    /// - Returns: whether more are wanted.
    func send(_ next: RemotePage) async -> Bool {
        while page != nil, !isClosed { await withCheckedContinuation { sender = $0 } }
        guard !isClosed else { return false }
        if let waiting = receiver {
            receiver = nil
            waiting.resume(returning: next)
        } else {
            page = next
        }
        return true
    }

    /// The next page; `nil` after the last one.
    func next() async -> RemotePage? {
        if let next = page {
            page = nil
            wakeSender()
            return next
        }
        guard !isFinished else { return nil }
        return await withCheckedContinuation { receiver = $0 }
    }

    /// No more pages come.
    func finish() {
        isFinished = true
        receiver?.resume(returning: nil)
        receiver = nil
    }

    /// No more pages are wanted.
    func close() {
        isClosed = true
        wakeSender()
    }

    private func wakeSender() {
        sender?.resume()
        sender = nil
    }
}
