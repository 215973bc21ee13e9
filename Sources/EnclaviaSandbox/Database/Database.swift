import EnclaviaFleet
import EnclaviaSystem
import Foundation

/// A private PostgreSQL server with a shared history, on a Unix socket.
struct Database: Sendable {
    /// The variables of a command inside.
    let variables: [String: String]
    private let daemon: Daemon

    private static let name = "history"
    /// The role that creates the database and the schema.
    private static let owner = "owner"
    /// The role that pushes, and reads.
    private static let member = "member"

    /// Starts the server; it has the schema, and the role of the command inside.
    static func start(
        in directory: SandboxDirectory, watchdog: Watchdog
    ) async throws -> Database {
        let programs = try ServerPrograms()
        let files = try directory.makeDirectory("postgresql")
        let account = try ServerAccount()
        try account.own(files, below: directory.path)
        let data = files + "/data"
        try await account.run(
            [
                programs.initdb, "--pgdata=\(data)", "--username=\(owner)", "--auth=trust",
                "--encoding=UTF8", "--no-locale", "--no-sync",
            ])
        let daemon = try await Daemon.launch(
            "PostgreSQL", account.words[0],
            Array(account.words.dropFirst()) + [
                programs.postgres, "-D", data, "-c", "listen_addresses=", "-c",
                "unix_socket_directories=\(files)", "-c", "fsync=off",
            ], environment: ServerAccount.environment, log: directory.path + "/postgresql.log",
            watchdog: watchdog)
        do {
            let server = "host='\(files)' user=\(owner)"
            try await daemon.ready(within: .seconds(30)) {
                await succeeds([
                    "psql", "--no-psqlrc", "--command=SELECT 1", "\(server) dbname=postgres",
                ])
            }
            let schema = files + "-schema.sql"
            try directory.write(setup + FleetSchema.sql + roles, to: schema)
            try await run([
                "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
                "--command=CREATE DATABASE \(name)", "\(server) dbname=postgres",
            ])
            try await run([
                "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
                "--file=\(schema)", "\(server) dbname=\(name)",
            ])
        } catch {
            await daemon.stop()
            throw error
        }
        func url(_ role: String) -> String {
            "postgresql://\(role)@/\(name)?host=\(PercentEncoding.encode(files))"
        }
        return Database(
            variables: [
                "ENCLAVIA_HISTORY_REMOTE": url(member), "ENCLAVIA_SANDBOX_POSTGRESQL": url(owner),
            ], daemon: daemon)
    }

    func stop() async {
        await daemon.stop(grace: .seconds(5))
    }

    private static let setup = "SET client_min_messages = warning;\n"
    private static let roles = """
        CREATE ROLE \(member) LOGIN IN ROLE enclavia_writer, enclavia_auditor;

        """

    private static func succeeds(_ words: [String]) async -> Bool {
        (try? await run(words)) != nil
    }

    private static func run(_ words: [String]) async throws {
        try await ServerAccount.run(words)
    }
}

/// The programs of the newest PostgreSQL, which Debian keeps out of PATH.
private struct ServerPrograms {
    let initdb: String
    let postgres: String

    init() throws {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let folders = versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
        let found = folders.first {
            FileManager.default.isExecutableFile(atPath: "\($0)/postgres")
        }
        guard let initdb = found.map({ "\($0)/initdb" }) ?? Programs.find("initdb"),
            let postgres = found.map({ "\($0)/postgres" }) ?? Programs.find("postgres"),
            Programs.find("psql") != nil
        else { throw SandboxError.missingProgram("postgres", package: "postgresql") }
        self.initdb = initdb
        self.postgres = postgres
    }
}

/// Who runs the server: this user, or, since it refuses to run as root, an unprivileged one.
private struct ServerAccount {
    /// What begins the command line of a program that runs so.
    let words: [String]
    private let user: String?

    static var environment: [String: String] {
        ["PATH": Programs.path, "LC_ALL": "C", "TZ": "UTC"]
    }

    init() throws {
        guard geteuid() == 0 else {
            user = nil
            words = ["/usr/bin/env"]
            return
        }
        let user = getpwnam("postgres") == nil ? "nobody" : "postgres"
        guard let entry = getpwnam(user) else {
            throw SandboxError.cannotMake(
                "a PostgreSQL server",
                reason: "it refuses to run as root, and there is no user nobody")
        }
        self.user = user
        words = [
            "/usr/bin/setpriv", "--reuid=\(entry.pointee.pw_uid)",
            "--regid=\(entry.pointee.pw_gid)", "--clear-groups", "--",
        ]
    }

    /// Gives a directory to the account, which can enter those above it.
    func own(_ directory: String, below root: String) throws {
        guard let user, let entry = getpwnam(user) else { return }
        guard chmod(root, 0o711) == 0,
            chown(directory, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0
        else {
            throw SandboxError.cannotMake(directory, reason: String(cString: strerror(errno)))
        }
    }

    func run(_ command: [String]) async throws { try await Self.run(words + command) }

    static func run(_ words: [String]) async throws {
        guard let program = words.first.flatMap({ $0.hasPrefix("/") ? $0 : Programs.find($0) })
        else { throw SandboxError.missingProgram(words.first ?? "", package: "postgresql-client") }
        let outcome = try await ProgramRun(
            program: program, arguments: Array(words.dropFirst()), environment: environment
        ).collect(input: [UInt8]())
        guard outcome.isSuccess else {
            throw SandboxError.ended(words.last ?? program, log: outcome.tail)
        }
    }
}
