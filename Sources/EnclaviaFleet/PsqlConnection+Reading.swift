import EnclaviaCore

extension PsqlConnection {
    /// The most pushes that are read at once, and how many at first.
    private static let page = 500
    private static let firstPage = 16
    /// How large a page should be, in bytes; another client may have written records of some megabytes.
    private static let pageBytes = 512 << 10

    func read(
        _ selections: [RemoteSelection], _ take: @Sendable (RemotePage) async -> Bool
    ) async throws(RemoteError) {
        try await beginReading()
        for (number, selection) in selections.enumerated() {
            let name = "pushes\(number)"
            try await session.rows(
                "DECLARE \(name) NO SCROLL CURSOR FOR \(FleetQuery.pushes(selection))")
            var size = Self.firstPage
            while true {
                let rows = try await session.rows("FETCH \(size) FROM \(name)")
                guard !rows.isEmpty else { break }
                guard await take(try Self.page(rows)) else { return }
                guard rows.count == size else { break }
                let bytes = rows.reduce(0) { $0 + $1.utf8.count }
                size = min(size * 4, max(1, size * Self.pageBytes / max(1, bytes)), Self.page)
            }
        }
    }

    func counts(
        of query: HistoryQuery, by grouping: RemoteGrouping
    ) async throws(RemoteError) -> (counts: [RemoteCount], unknown: Int) {
        try await beginReading()
        try await session.rows(
            "DECLARE counts NO SCROLL CURSOR FOR \(FleetQuery.counts(query, by: grouping))")
        var counts: [RemoteCount] = []
        var unknown = 0
        while true {
            let rows = try await session.rows("FETCH 5000 FROM counts")
            guard !rows.isEmpty else { return (counts, unknown) }
            for row in rows {
                guard let count = PsqlValue.json(CountRow.self, from: row) else {
                    throw Self.unexpected([row])
                }
                if let count = count.count { counts.append(count) } else { unknown += count.pushes }
            }
        }
    }

    /// Begins a transaction that sees one moment of the history, after a check that it can be read.
    private func beginReading() async throws(RemoteError) {
        try await session.rows("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        let row = try await session.row(
            """
            concat_ws(' ', (SELECT value FROM enclavia.meta WHERE key = 'version'),
                (SELECT value FROM enclavia.meta WHERE key = 'minimum_writer'),
                current_setting('server_encoding'), set_config('jit', 'off', true))
            """)
        guard row.count == 4, let version = Int(row[0]), let minimum = Int(row[1]) else {
            throw Self.unexpected(row)
        }
        guard version >= 1, minimum <= FleetSchema.version else {
            throw .version(found: version, minimumWriter: minimum)
        }
        guard row[2] == "UTF8" else { throw .encoding(row[2]) }
    }

    private static func page(_ rows: [String]) throws(RemoteError) -> RemotePage {
        var page = RemotePage()
        for row in rows {
            guard let row = PsqlValue.json(PushRow.self, from: row) else { throw unexpected([row]) }
            if let push = row.push {
                page.pushes.append(push)
            } else {
                page.unreadable.append(UnreadablePush(id: row.id, writer: row.writer))
            }
        }
        return page
    }
}

/// A row of ``FleetQuery/pushes(_:)``.
private struct PushRow: Decodable {
    let id: String
    let writer: String
    /// `nil` for a record that is none.
    let push: RemotePush?

    init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        id = try row.decode(String.self)
        writer = try row.decode(String.self)
        let effectiveAt = try row.decode(Int64?.self).map(Timestamp.init(milliseconds:))
        let rank = try row.decode(Int64.self)
        do {
            let record = try row.decode(PushJSON.self).record()
            push = RemotePush(record: record, effectiveAt: effectiveAt, rank: rank)
        } catch {
            push = nil
        }
    }
}

/// A row of ``FleetQuery/counts(_:by:)``.
private struct CountRow: Decodable {
    let pushes: Int
    /// `nil` for outcomes that this version does not know.
    let count: RemoteCount?

    init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        let quarter = try row.decode(Int64?.self).map(Timestamp.init(milliseconds:))
        let owner = try row.decode(String?.self)
        let repository = try row.decode(String?.self)
        let user = try row.decode(String?.self)
        let outcome = try row.decode(String?.self).flatMap(PushOutcome.init)
        let notified = try row.decode(String?.self)
        let notify = notified.flatMap(NotifyOutcome.init)
        pushes = try row.decode(Int.self)
        guard let outcome, notified == nil || notify != nil else {
            count = nil
            return
        }
        count = RemoteCount(
            quarter: quarter, owner: owner, repository: repository, user: user, outcome: outcome,
            notify: notify, pushes: pushes)
    }
}
