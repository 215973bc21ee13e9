/// A history on a server that many machines share.
package protocol SharedHistory: Sendable {
    /// Where it is, as typed; it contains no secret.
    var name: String { get }

    /// Connects, runs `body`, and disconnects.
    ///
    /// - Throws: what `body` throws, or ``SyncError/remote(_:)`` where there is no connection.
    func connected<Value: Sendable>(
        _ body: @escaping @Sendable (any SharedHistoryConnection) async throws(SyncError) -> Value
    ) async throws(SyncError) -> Value
}

/// A connection to a shared history, for one call at a time. A chain's hashes are 32 bytes each.
package protocol SharedHistoryConnection: Sendable {
    /// Where the chain whose first event has the hash `genesis` stands: its longest branch that begins with an event of
    /// `leads`, else the chain itself; `nil` where the server does not know it.
    ///
    /// - Parameter leads: events after which there are branches, each with the hash of this chain's next event.
    /// - Throws: ``RemoteError``, also where the server's schema is of a version that this program does not know.
    func position(
        of genesis: [UInt8], leads: [(sequence: Int64, next: [UInt8])]
    ) async throws(RemoteError) -> RemoteChain?

    /// The events after which the branches of a chain begin, in order.
    func forkPoints(of genesis: [UInt8]) async throws(RemoteError) -> [Int64]

    /// The hash of a chain at an event; `nil` where it has no such event.
    func hash(at sequence: Int64, of chain: RemoteChain) async throws(RemoteError) -> [UInt8]?

    /// Begins a branch of `chain` after an event that both have.
    ///
    /// - Parameters:
    ///   - hash: the hash of that event.
    ///   - next: the hash of the branch's first event.
    func branch(
        of chain: RemoteChain, genesis: [UInt8], after sequence: Int64, hash: [UInt8],
        next: [UInt8]
    ) async throws(RemoteError) -> RemoteChain

    /// Sends events; those that the server has already change nothing.
    ///
    /// - Parameter chain: `nil` for a chain that the server does not know yet.
    /// - Returns: where the chain stands then, and how many of the events it did not have.
    func send(
        _ batch: ChainBatch, of genesis: [UInt8], to chain: RemoteChain?
    ) async throws(RemoteError) -> (chain: RemoteChain, taken: Int)

    /// Passes the pushes of all selections on, as of one moment, one selection after the other.
    ///
    /// - Parameter take: takes the next pages; `false` where it wants no more.
    /// - Throws: ``RemoteError``.
    func read(
        _ selections: [RemoteSelection], _ take: @Sendable (RemotePage) async -> Bool
    ) async throws(RemoteError)

    /// Counts the matching pushes, whatever the query's limit and globs.
    ///
    /// - Returns: the counts, and the number of pushes with outcomes that this version does not know.
    /// - Throws: ``RemoteError``.
    func counts(
        of query: HistoryQuery, by grouping: RemoteGrouping
    ) async throws(RemoteError) -> (counts: [RemoteCount], unknown: Int)
}

/// A temporary history of this process alone, of pushes that were read elsewhere, to be queried as the store is.
package protocol PushCollection: Sendable {
    var history: any History { get }
    var reporter: any HistoryReporter { get }

    /// Adds pushes, each of which is added once.
    ///
    /// - Throws: ``StoreError``, such as for a full disk.
    func add(_ pushes: [RemotePush]) throws(StoreError)

    /// - Throws: ``StoreError``.
    func removeAll() throws(StoreError)
}

/// A chain, or a branch of one, on a server.
package struct RemoteChain: Hashable, Sendable {
    /// The server's number of it.
    package let number: Int64
    /// For a branch, the last event that it has in common with the chain that it branches off; 0 for a chain.
    package let fork: Int64
    /// Its newest event.
    package let last: Int64
    /// The hash at its newest event.
    package let head: [UInt8]

    package init(number: Int64, fork: Int64, last: Int64, head: [UInt8]) {
        self.number = number
        self.fork = fork
        self.last = last
        self.head = head
    }

    package var isBranch: Bool { fork > 0 }
}

/// Reads the chain of this machine, and keeps what is known of the servers that it was sent to.
package protocol HistoryChain: Sendable {
    /// The newest event; `nil` where there is none.
    ///
    /// - Throws: ``StoreError``.
    func newest() throws(StoreError) -> LocalChain?

    /// The chain's hash at an event; `nil` where there is no such event.
    ///
    /// - Throws: ``StoreError``.
    func hash(at sequence: Int64) throws(StoreError) -> [UInt8]?

    /// The events after `sequence`, as many as one batch takes.
    ///
    /// - Parameter last: the last event to be sent.
    /// - Throws: ``StoreError``; ``StoreError/corrupt(path:detail:)`` where the chain is broken there.
    func batch(after sequence: Int64, through last: Int64) throws(StoreError) -> ChainBatch

    /// Keeps the result of a sync, for `status`.
    ///
    /// - Throws: ``StoreError``.
    func keep(_ state: SyncState) async throws(StoreError)
}

/// Where the chain of this machine stands.
package struct LocalChain: Hashable, Sendable {
    /// `nil` in a store of an older version that had none.
    package let id: String?
    package let last: Int64
    /// The hash of the first event.
    package let genesis: [UInt8]

    package init(id: String?, last: Int64, genesis: [UInt8]) {
        self.id = id
        self.last = last
        self.genesis = genesis
    }
}

/// Consecutive events on their way to a server.
package struct ChainBatch: Hashable, Sendable {
    /// The most texts of a batch, in bytes, unless a single one is longer.
    package static let byteLimit = 1 << 20
    package static let pushLimit = 500
    package static let eventLimit = 10_000

    /// The number of the first event.
    package let first: Int64
    /// The hash before the first event.
    package let previous: [UInt8]
    /// The SHA-256 of the text of each event, 32 bytes each.
    package let hashes: [UInt8]
    /// The texts of the events; empty for a pruned one.
    package let texts: [String]
    /// Which of the events complete the record of a push.
    package let records: [Bool]

    package init(
        first: Int64, previous: [UInt8], hashes: [UInt8], texts: [String], records: [Bool]
    ) {
        self.first = first
        self.previous = previous
        self.hashes = hashes
        self.texts = texts
        self.records = records
    }

    package var last: Int64 { first + Int64(texts.count) - 1 }
}
