import EnclaviaCore
import EnclaviaSystem
import Synchronization

/// A connection of psql to a shared history.
final class PsqlConnection: SharedHistoryConnection {
    let session: PsqlSession
    private let batch = Mutex<ClosedRange<Int64>?>(nil)

    init(_ session: PsqlSession) {
        self.session = session
    }

    /// A statement after which psql ended.
    struct Failure: Sendable {
        /// The events that it sent; `nil` where it sent none.
        let batch: ClosedRange<Int64>?
    }

    /// `nil` while psql runs.
    var failure: Failure? {
        session.hasEnded ? Failure(batch: batch.withLock { $0 }) : nil
    }

    /// Prepares the connection. The server ends what takes too long by itself, also if this program is killed.
    ///
    /// - Parameter limit: how long a statement may take.
    func begin(_ limit: Duration) async throws(SyncError) {
        let milliseconds = max(1, Int64(limit / .milliseconds(1)))
        do throws(RemoteError) {
            let row = try await session.row(
                """
                pg_catalog.set_config('statement_timeout', '\(milliseconds)', false),
                pg_catalog.set_config('lock_timeout', '\(max(1, milliseconds / 2))', false),
                pg_catalog.set_config('search_path', 'pg_catalog', false),
                pg_catalog.set_config('standard_conforming_strings', 'on', false)
                """)
            _ = row
        } catch {
            throw .remote(error)
        }
    }

    func position(
        of genesis: [UInt8], leads: [(sequence: Int64, next: [UInt8])]
    ) async throws(RemoteError) -> RemoteChain? {
        let row = try await session.row(
            """
            concat_ws(' ', p.version, p.minimum_writer, p.num, p.fork_seq, p.last_seq, encode(p.head, 'hex'))
            FROM enclavia.position(\(PsqlValue.bytes(genesis)), \(PsqlValue.array(leads.map(\.sequence))),
                \(PsqlValue.array(leads.map(\.next)))) AS p
            """)
        let numbers = row.prefix(5).compactMap { Int64($0) }
        guard numbers.count == min(row.count, 5), numbers.count >= 2 else {
            throw Self.unexpected(row)
        }
        guard numbers[0] >= 1, numbers[1] <= FleetSchema.version else {
            throw .version(found: Int(numbers[0]), minimumWriter: Int(numbers[1]))
        }
        guard row.count > 2 else { return nil }
        return try chain(Array(row.dropFirst(2)))
    }

    func forkPoints(of genesis: [UInt8]) async throws(RemoteError) -> [Int64] {
        let row = try await session.row(
            "concat_ws(' ', 'points', string_agg(p::text, ' ' ORDER BY p))"
                + " FROM enclavia.fork_points(\(PsqlValue.bytes(genesis))) AS p")
        let numbers = row.dropFirst().compactMap { Int64($0) }
        guard row.first == "points", numbers.count == row.count - 1 else {
            throw Self.unexpected(row)
        }
        return numbers
    }

    func hash(at sequence: Int64, of chain: RemoteChain) async throws(RemoteError) -> [UInt8]? {
        let row = try await session.row(
            "coalesce(encode(enclavia.hash_at(\(chain.number), \(sequence)), 'hex'), 'none')")
        if row == ["none"] { return nil }
        guard row.count == 1, let hash = Hexadecimal.decode(row[0]), hash.count == 32 else {
            throw Self.unexpected(row)
        }
        return hash
    }

    func branch(
        of chain: RemoteChain, genesis: [UInt8], after sequence: Int64, hash: [UInt8],
        next: [UInt8]
    ) async throws(RemoteError) -> RemoteChain {
        let row = try await session.row(
            """
            enclavia.branch(\(PsqlValue.bytes(genesis)), \(chain.number), \(sequence),
                \(PsqlValue.bytes(hash)), \(PsqlValue.bytes(next)))
            """)
        guard row.count == 1, let number = Int64(row[0]) else { throw Self.unexpected(row) }
        return RemoteChain(number: number, fork: sequence, last: sequence, head: hash)
    }

    func send(
        _ batch: ChainBatch, of genesis: [UInt8], to chain: RemoteChain?
    ) async throws(RemoteError) -> (chain: RemoteChain, taken: Int) {
        self.batch.withLock { $0 = batch.first...batch.last }
        let row = try await session.row(
            """
            concat_ws(' ', o_chain, o_last, o_taken) FROM enclavia.ingest(\(PsqlValue.bytes(genesis)),
                \(chain.map { "\($0.number)" } ?? "NULL"), \(batch.first), \(PsqlValue.bytes(batch.previous)),
                \(PsqlValue.bytes(batch.hashes)), \(PsqlValue.text(batch.texts.joined(separator: "\n"))))
            """)
        self.batch.withLock { $0 = nil }
        let numbers = row.compactMap { Int64($0) }
        guard row.count == 3, numbers.count == 3 else { throw Self.unexpected(row) }
        let chain = RemoteChain(
            number: numbers[0], fork: chain?.fork ?? 0, last: numbers[1], head: [])
        return (chain, min(Int(numbers[2]), batch.texts.count))
    }

    private func chain(_ row: [String]) throws(RemoteError) -> RemoteChain {
        let numbers = row.prefix(3).compactMap { Int64($0) }
        guard row.count == 4, numbers.count == 3, let head = Hexadecimal.decode(row[3]) else {
            throw Self.unexpected(row)
        }
        return RemoteChain(number: numbers[0], fork: numbers[1], last: numbers[2], head: head)
    }

    /// A row of another form than the functions of the schema give.
    static func unexpected(_ row: [String]) -> RemoteError {
        .failed(code: "", reason: "the server gave \(row.joined(separator: " ").prefix(80))")
    }
}
