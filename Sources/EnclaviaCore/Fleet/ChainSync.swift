/// Brings one chain on a server up to date, over one connection after the other.
actor ChainSync {
    private let source: any HistoryChain
    private let local: LocalChain
    private let progress: @Sendable (SyncResult, _ wanted: Int64) -> Void
    /// What was done so far.
    private(set) var result = SyncResult()

    init(
        source: any HistoryChain, local: LocalChain,
        progress: @escaping @Sendable (SyncResult, _ wanted: Int64) -> Void
    ) {
        self.source = source
        self.local = local
        self.progress = progress
        result.chain = local.id
    }

    /// The events that the server took so far.
    var sent: Int64 { Int64(result.sentEvents) }

    /// - Parameter sends: `false` only to ask where the chain stands.
    func run(
        on connection: any SharedHistoryConnection, sends: Bool
    ) async throws(SyncError) -> SyncResult {
        let standing = try await standing(on: connection)
        result.forkedAt = standing.fork
        result.missing = standing.missing
        result.lastSequence = standing.common
        result.unsynced = local.last - standing.common
        guard sends, result.unsynced > 0 else { return result }
        var chain = standing.chain
        if let parent = chain, standing.needsBranch {
            chain = try await branch(of: parent, after: standing.common, connection)
        }
        var upcoming = reading(after: result.lastSequence)
        while result.lastSequence < local.last {
            guard !Task.isCancelled else { throw .cancelled }
            let batch = try await upcoming.value.get()
            upcoming = reading(after: batch.last)
            let (now, taken) = try await asked {
                () async throws(RemoteError) in
                try await connection.send(batch, of: local.genesis, to: chain)
            }
            chain = now
            result.sentEvents += taken
            result.sentPushes += batch.records.suffix(taken).count { $0 }
            // Another process of this machine may have sent later ones.
            result.lastSequence = max(batch.last, now.last)
            if result.lastSequence > batch.last { upcoming = reading(after: result.lastSequence) }
            result.unsynced = max(0, local.last - result.lastSequence)
            progress(result, local.last)
        }
        return result
    }

    /// Reads a batch while the server takes the one before.
    private func reading(after sequence: Int64) -> Task<Result<ChainBatch, SyncError>, Never> {
        let (source, last) = (source, local.last)
        return Task.detached {
            do throws(StoreError) {
                return .success(try source.batch(after: sequence, through: last))
            } catch {
                return .failure(.store(error))
            }
        }
    }

    /// Where this chain stands on the server.
    private struct Standing {
        /// The chain there that it continues, or that it branches off; `nil` where there is none.
        var chain: RemoteChain?
        /// The last event that both have.
        var common: Int64 = 0
        var needsBranch = false
        /// The last event in common with the chain that it branches off.
        var fork: Int64?
        /// The events that only the server has.
        var missing: Int64 = 0
    }

    private func standing(
        on connection: any SharedHistoryConnection
    ) async throws(SyncError) -> Standing {
        let trunk = try await asked { () async throws(RemoteError) in
            try await connection.position(of: local.genesis, leads: [])
        }
        guard let trunk else { return Standing() }
        if let standing = try continued(trunk) { return standing }
        let points = try await asked { () async throws(RemoteError) in
            try await connection.forkPoints(of: local.genesis)
        }
        var leads: [(sequence: Int64, next: [UInt8])] = []
        for point in points where point < local.last {
            guard let next = try hash(at: point + 1) else { continue }
            leads.append((point, next))
        }
        var chain = trunk
        if !leads.isEmpty {
            let found = leads
            chain =
                try await asked { () async throws(RemoteError) in
                    try await connection.position(of: local.genesis, leads: found)
                } ?? trunk
        }
        if let standing = try continued(chain) { return standing }
        return try await parted(chain, connection)
    }

    /// Where this chain has all events of `chain`; `nil` where it has not.
    private func continued(_ chain: RemoteChain) throws(SyncError) -> Standing? {
        guard chain.last <= local.last, try hash(at: chain.last) == chain.head else { return nil }
        return Standing(
            chain: chain, common: chain.last, fork: chain.isBranch ? chain.fork : nil)
    }

    /// Where this chain ends before `chain` does, or goes on differently.
    private func parted(
        _ chain: RemoteChain, _ connection: any SharedHistoryConnection
    ) async throws(SyncError) -> Standing {
        // The first event is the same, since it names the chain; so is the first of a branch.
        var (same, other) = (max(chain.fork, 1), min(chain.last, local.last) + 1)
        while other - same > 1 {
            let middle = same + (other - same) / 2
            let there = try await asked { () async throws(RemoteError) in
                try await connection.hash(at: middle, of: chain)
            }
            if let there, try hash(at: middle) == there {
                same = middle
            } else {
                other = middle
            }
        }
        if same == local.last {
            return Standing(
                chain: chain, common: same, fork: chain.isBranch ? chain.fork : nil,
                missing: chain.last - same)
        }
        return Standing(chain: chain, common: same, needsBranch: true, fork: same)
    }

    private func branch(
        of chain: RemoteChain, after common: Int64, _ connection: any SharedHistoryConnection
    ) async throws(SyncError) -> RemoteChain {
        guard let shared = try hash(at: common), let next = try hash(at: common + 1) else {
            throw .remote(.overtaken)
        }
        return try await asked { () async throws(RemoteError) in
            try await connection.branch(
                of: chain, genesis: local.genesis, after: common, hash: shared, next: next)
        }
    }

    private func hash(at sequence: Int64) throws(SyncError) -> [UInt8]? {
        try stored { () throws(StoreError) in try source.hash(at: sequence) }
    }

    private func stored<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(SyncError) -> Value {
        do throws(StoreError) { return try body() } catch { throw .store(error) }
    }

    private func asked<Value: Sendable>(
        _ body: () async throws(RemoteError) -> Value
    ) async throws(SyncError) -> Value {
        do throws(RemoteError) {
            return try await body()
        } catch {
            throw Task.isCancelled ? .cancelled : .remote(error)
        }
    }
}
