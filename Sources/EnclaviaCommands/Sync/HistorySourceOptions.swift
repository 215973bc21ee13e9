import ArgumentParser
import EnclaviaCore

/// Where pushes are read from.
struct HistorySourceOptions: ParsableArguments {
    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "Read the history that many machines share on this PostgreSQL server.",
            valueName: "remote"),
        completion: .value(.free))
    var remote: String?

    /// The pushes of the server; `nil` where this machine's history is to be read.
    ///
    /// - Throws: `usage` where the remote is none.
    func pushes(_ context: CommandContext) throws -> RemoteSource? {
        try remote.map { try RemoteSource($0, context) }
    }
}

/// The pushes of a shared history, and the messages about them.
struct RemoteSource {
    /// How long the server may take for a part of the result.
    private static let limit = Duration.seconds(120)

    private let pushes: RemotePushes
    private let unreadable: UnreadablePushes
    private let context: CommandContext

    init(_ remote: String, _ context: CommandContext) throws {
        self.context = context
        let unreadable = UnreadablePushes()
        self.unreadable = unreadable
        let server: any SharedHistory
        do throws(RemoteError) {
            server = try context.adapters.sharedHistory(remote, limit: Self.limit)
        } catch {
            throw ErrorMessages.explain(reading: error)
        }
        pushes = RemotePushes(
            server, try context.adapters.pushCollection(), unreadable: unreadable.add)
    }

    func forEach(_ query: HistoryQuery, _ body: (StoredPush) throws -> Void) async throws {
        try await explained { try await pushes.forEach(query, body) }
    }

    func export(_ query: HistoryQuery, _ body: (String) throws -> Void) async throws {
        try await explained { try await pushes.export(query, body) }
    }

    func history(of selections: [RemoteSelection]) async throws -> any History {
        try await explained { try await pushes.history(of: selections) }
    }

    func statistics(
        of query: HistoryQuery, by grouping: RemoteGrouping
    ) async throws -> any PushCounting {
        let statistics = try await explained {
            try await pushes.statistics(of: query, by: grouping)
        }
        unreadable.add(uncounted: statistics.unknown)
        return statistics
    }

    /// Reports rows that could not be read, after the result.
    ///
    /// - Returns: `status`, or that of the failure.
    func finish(_ status: ExitStatus) -> ExitStatus {
        guard let error = unreadable.error else { return status }
        return context.failAfterResult(error)
    }

    /// - Throws: a failure that names the rows that could not be read, if there are any: what is sought may be one of
    ///   them.
    func checkReadable() throws {
        if let error = unreadable.error { throw error }
    }

    private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SyncError {
            throw ErrorMessages.explain(reading: error)
        }
    }
}
