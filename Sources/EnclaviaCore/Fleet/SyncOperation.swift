/// Sends the events that a server lacks of this machine's chain.
///
/// Nothing on the server is overwritten: a chain that goes on differently there gets a branch.
package struct SyncOperation: Sendable {
    private let source: any HistoryChain
    private let remote: any SharedHistory
    private let system: any SystemEnvironment
    /// How long a failing server is tried again, without any event that it took.
    private let patience: Duration

    package init(
        _ source: any HistoryChain, to remote: any SharedHistory,
        patience: Duration, system: any SystemEnvironment
    ) {
        self.source = source
        self.remote = remote
        self.patience = patience
        self.system = system
    }

    /// Sends the events, and keeps for `status` what became of it.
    ///
    /// - Parameters:
    ///   - sends: `false` only to ask where the chain stands, of which nothing is kept.
    ///   - progress: called after each batch.
    ///   - failure: describes a failure for `status`.
    /// - Returns: what was done, and why it could not be kept.
    /// - Throws: ``SyncError``; what was sent until then stays on the server.
    package func run(
        sends: Bool, failure: @Sendable (RemoteError) -> String,
        progress: @escaping @Sendable (SyncResult, _ wanted: Int64) -> Void
    ) async throws(SyncError) -> (result: SyncResult, unkept: StoreError?) {
        guard let local = try stored({ () throws(StoreError) in try source.newest() }) else {
            return (SyncResult(), nil)
        }
        let sync = ChainSync(source: source, local: local, progress: progress)
        do throws(SyncError) {
            let result = try await run(sync, sends: sends)
            return (result, sends ? await keep(result, failure: nil) : nil)
        } catch {
            // The failure of the sync is reported in any case.
            if sends, case .remote(let fault) = error {
                _ = await keep(await sync.result, failure: failure(fault))
            }
            throw error
        }
    }

    /// - Returns: why the state could not be kept.
    private func keep(_ result: SyncResult, failure: String?) async -> StoreError? {
        let now = system.now()
        do throws(StoreError) {
            try await source.keep(
                SyncState(
                    remote: remote.name, lastSequence: result.lastSequence,
                    forkedAt: result.forkedAt, missing: result.missing, triedAt: now,
                    syncedAt: failure == nil ? now : nil, failure: failure))
            return nil
        } catch {
            return error
        }
    }

    /// Tries again after failures that may be over a moment later.
    private func run(_ sync: ChainSync, sends: Bool) async throws(SyncError) -> SyncResult {
        let clock = ContinuousClock()
        var deadline = clock.now + patience
        var attempt = 0
        var done: Int64 = 0
        while true {
            do throws(SyncError) {
                return try await remote.connected { connection throws(SyncError) in
                    try await sync.run(on: connection, sends: sends)
                }
            } catch {
                guard case .remote(let fault) = error, fault.isTransient else { throw error }
                let sent = await sync.sent
                if sent > done {
                    (done, attempt) = (sent, 0)
                    deadline = clock.now + patience
                }
                let pause = pause(after: attempt)
                guard clock.now + pause < deadline else { throw error }
                attempt += 1
                do { try await clock.sleep(for: pause) } catch { throw .cancelled }
            }
        }
    }

    /// 100 ms, doubled for each attempt up to 3 s, with a jitter of plus or minus one half.
    private func pause(after attempt: Int) -> Duration {
        let base = min(Int64(3_000), 100 << Int64(min(attempt, 5)))
        return .milliseconds(base / 2 + Int64(system.random().0 % UInt64(base)))
    }

    private func stored<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(SyncError) -> Value {
        do throws(StoreError) { return try body() } catch { throw .store(error) }
    }
}
