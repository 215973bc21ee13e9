import EnclaviaCore
import EnclaviaSystem

/// A shared history on a PostgreSQL server, by psql.
package struct PsqlHistory: SharedHistory {
    private let remote: HistoryRemote
    private let environment: [String: String]
    private let home: String?
    /// How long the server may take for one statement.
    private let limit: Duration

    /// - Parameters:
    ///   - environment: psql's, without what no child may see.
    ///   - limit: how long the server may take to respond.
    package init(
        _ remote: HistoryRemote, environment: [String: String], home: String?, limit: Duration
    ) {
        self.remote = remote
        self.environment = environment
        self.home = home
        self.limit = limit
    }

    package var name: String { remote.text }

    package func connected<Value: Sendable>(
        _ body: @escaping @Sendable (any SharedHistoryConnection) async throws(SyncError) -> Value
    ) async throws(SyncError) -> Value {
        let run = try await psql()
        let limit = limit
        let exchanged: ProgramRun.Exchanged<Conversed<Value>>
        do throws(ProgramRunError) {
            exchanged = try await run.exchange(lineLimit: Self.longestRow) { conversation in
                let connection = PsqlConnection(PsqlSession(conversation, limit: limit))
                let result = await Self.result { () async throws(SyncError) in
                    try await connection.begin(limit)
                    return try await body(connection)
                }
                return Conversed(result: result, failure: connection.failure)
            }
        } catch {
            throw Task.isCancelled ? .cancelled : .remote(Self.explain(error))
        }
        if case .failure = exchanged.value.result, let failure = exchanged.value.failure {
            throw .remote(PsqlFault.error(exchanged.errorOutput, sent: failure.batch))
        }
        return try exchanged.value.result.get()
    }

    /// The most that a row may be, in bytes; that of a record is some 2,000.
    private static let longestRow = 16 << 20

    private struct Conversed<Value: Sendable>: Sendable {
        let result: Result<Value, SyncError>
        let failure: PsqlConnection.Failure?
    }

    private static func result<Value>(
        _ body: () async throws(SyncError) -> Value
    ) async -> Result<Value, SyncError> {
        do throws(SyncError) { return .success(try await body()) } catch { return .failure(error) }
    }

    private func psql() async throws(SyncError) -> ProgramRun {
        let searchPath = environment["PATH"]
        guard let program = ProgramSearch.find("psql", in: searchPath) else {
            if let found = ProgramSearch.unusable("psql", in: searchPath) {
                throw .remote(.unusableProgram(path: found.path, found.fault))
            }
            throw .remote(.noProgram)
        }
        let settings = PsqlEnvironment(environment, home: home)
        var trustsSystem = false
        if settings.needsSystem(for: remote) {
            trustsSystem = await version(program) >= Self.firstWithSystem
        }
        do throws(RemoteError) {
            return ProgramRun(
                program: program, arguments: Self.arguments + ["--dbname=\(remote.text)"],
                environment: try settings.variables(for: remote, trustsSystem: trustsSystem))
        } catch {
            throw .remote(error)
        }
    }

    /// The version from which on `sslrootcert=system` is not a file (PostgreSQL 16, release notes).
    private static let firstWithSystem = 16

    /// The major version of psql; 0 where it cannot be told.
    private func version(_ program: String) async -> Int {
        let run = ProgramRun(
            program: program, arguments: ["--version"],
            environment: ChildEnvironment.of(environment))
        // psql (PostgreSQL) 16.2 (Debian 16.2-1)
        guard let outcome = try? await run.collect(input: [UInt8]()),
            let number = String(decoding: outcome.output, as: UTF8.self)
                .firstMatch(of: /\) (\d+)/)?.output.1
        else { return 0 }
        return Int(number) ?? 0
    }

    /// It reads no file of the user's, asks for no password, ends at the first error, and tells that by its SQLSTATE.
    private static let arguments = [
        "--no-psqlrc", "--no-password", "--quiet", "--no-align", "--tuples-only",
        "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate", "--set=SHOW_CONTEXT=never",
    ]

    private static func explain(_ error: ProgramRunError) -> RemoteError {
        switch error {
        case .notInstalled: .noProgram
        case .unusableProgram(let path, let fault): .unusableProgram(path: path, fault)
        case .wantsTerminal(let command): .unreachable(reason: "\(command) wants the terminal")
        case .badOutput(_, let detail): .failed(code: "", reason: detail)
        case .failed(_, _, let output): .failed(code: "", reason: output)
        }
    }
}
