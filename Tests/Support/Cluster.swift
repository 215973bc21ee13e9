import Foundation
import Testing

/// A private PostgreSQL server on a Unix socket and, with TLS, on the loopback: `cluster.sh`.
package final class Cluster: Sendable {
    /// The server of this process, which ends with it.
    package static let shared = Task { try await Cluster() }

    /// The directory of the socket, and of `root.crt`.
    package let directory: String
    package let port: String
    private let folder: Folder
    /// The server ends when it is closed.
    private let input = Pipe()

    /// Starts one.
    package init() async throws {
        folder = try Folder()
        directory = folder.path
        let free = try await Run.program(
            "python3",
            [
                "-c",
                "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])",
            ])
        port = free.out.trimmingCharacters(in: .newlines)
        // The server's user must be able to enter the directory.
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: directory)
        let process = Process()
        process.executableURL = URL(filePath: "\(Build.root)/Tests/Support/cluster.sh")
        process.arguments = [directory, port]
        let log = "\(directory)/cluster.log"
        try #require(FileManager.default.createFile(atPath: log, contents: nil))
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = input
        try process.run()
        let isUp = try await eventually(within: 60) { [directory] in
            FileManager.default.fileExists(atPath: "\(directory)/up")
        }
        let printed = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        try #require(isUp, "no server: \(printed)")
        try await sql(
            """
            CREATE ROLE member LOGIN PASSWORD 'member word';
            CREATE ROLE writer LOGIN PASSWORD 'writer word';
            CREATE ROLE auditor LOGIN PASSWORD 'auditor word';
            CREATE ROLE stranger LOGIN PASSWORD 'stranger word';
            """, in: "postgres")
        try await sql("CREATE DATABASE pattern", in: "postgres")
        let made = try await Run.shell(
            """
            set -o pipefail
            '\(Build.product("enclavia"))' schema postgresql |
                psql -X -1 -q -v ON_ERROR_STOP=1 'host=\(directory) port=\(port) user=owner dbname=pattern'
            """)
        try #require(made.status == 0, "\(made.err)")
        try await sql(
            """
            GRANT enclavia_writer TO member, writer; GRANT enclavia_auditor TO member, auditor;
            """, in: "postgres")
    }

    /// A new database with a shared history.
    package func database(_ pattern: String = "pattern") async throws -> FleetDatabase {
        let name = "d" + UUID().uuidString.prefix(8).lowercased()
        try await sql("CREATE DATABASE \(name) TEMPLATE \(pattern)", in: "postgres")
        return FleetDatabase(cluster: self, name: name)
    }

    /// Runs SQL as the owner; rows as lines, columns separated by `|`.
    @discardableResult
    package func sql(
        _ statement: String, in database: String, as role: String = "owner"
    ) async throws -> String {
        let run = try await query(statement, in: database, as: role)
        try #require(run.status == 0, "\(run.err)")
        return run.out.trimmingCharacters(in: .newlines)
    }

    package func query(
        _ statement: String, in database: String, as role: String
    ) async throws -> Run {
        let arguments = [
            "-XqAt", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose",
            "host=\(directory) port=\(port) user=\(role) dbname=\(database)",
        ]
        for _ in 0..<300 {
            let run = try await Run.program("psql", arguments, input: statement)
            // The server may be starting again.
            guard run.status == 2,
                ["accepting connections", "starting up", "recovery", "No such file"]
                    .contains(where: run.err.contains)
            else { return run }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try await Run.program("psql", arguments, input: statement)
    }
}

/// A database of a ``Cluster``.
package struct FleetDatabase: Sendable {
    package let cluster: Cluster
    package let name: String

    package init(cluster: Cluster, name: String) {
        self.cluster = cluster
        self.name = name
    }

    /// Its address on the Unix socket, where no password is asked for.
    package func socketURL(as role: String = "member") -> String {
        let host = cluster.directory.replacing("/", with: "%2F")
        return "postgresql://\(role)@/\(name)?host=\(host)&port=\(cluster.port)"
    }

    /// Its address with TLS.
    package func loopbackURL(as role: String = "member", host: String = "localhost") -> String {
        "postgresql://\(role)@\(host):\(cluster.port)/\(name)"
    }

    @discardableResult
    package func sql(_ statement: String, as role: String = "owner") async throws -> String {
        try await cluster.sql(statement, in: name, as: role)
    }

    package func query(_ statement: String, as role: String) async throws -> Run {
        try await cluster.query(statement, in: name, as: role)
    }
}
