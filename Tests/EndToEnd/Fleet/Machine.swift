import Foundation
import TestSupport
import Testing

/// A machine with a history of its own, of the events of a fixture: pushes of its own, spooled, imported and pruned
/// ones, and those of wrong clocks.
struct Machine {
    let folder: Folder
    /// The directory of its files.
    let path: String
    let environment: [String: String]

    /// - Parameter version: the schema version of the fixture; `nil` for a machine without a history.
    init(version: Int? = 4) async throws {
        self.init(try Folder())
        guard let version else { return }
        let fixture = "\(Build.root)/Tests/EnclaviaStoreTests/Fixtures/history-v\(version).sql"
        let run = try await Run.shell(
            "mkdir -m 700 state && umask 077 && sqlite3 state/history.db <'\(fixture)'",
            directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
    }

    private init(_ folder: Folder) {
        self.init(at: folder.path, in: folder)
    }

    /// A machine whose files are at `path` in a folder.
    init(at path: String, in folder: Folder) {
        self.folder = folder
        self.path = path
        environment = [
            "HOME": path, "ENCLAVIA_STATE_DIR": "\(path)/state",
            "ENCLAVIA_EVENT_LOG": "off",
        ]
    }

    /// Another machine, which is made of a copy of this one's disk.
    func clone() async throws -> Machine {
        let other = try Folder()
        let run = try await Run.shell("cp -a '\(path)/state' '\(other.path)/state'")
        try #require(run.status == 0, "\(run.err)")
        return Machine(other)
    }

    func enclavia(_ arguments: String..., environment more: [String: String] = [:]) async throws
        -> Run
    {
        try await Run.program(
            Build.product("enclavia"), arguments, environment: environment.merging(more) { $1 })
    }

    /// Syncs, and gives what `--json` says.
    func sync(_ remote: String, status: Int32 = 0) async throws -> [String: Any] {
        let run = try await enclavia("history", "sync", remote, "--json")
        try #require(run.status == status, "\(run.status): \(run.err)")
        return try run.object()
    }

    /// Imports made-up pushes: events of this machine's chain that relay what another recorded.
    func importMadeUp(_ count: Int, seed: Int) async throws {
        let run = try await Run.shell(
            """
            set -o pipefail
            python3 '\(Build.root)/Tests/Benchmarks/make-history.py' \(count) \(seed) |
                '\(Build.product("enclavia"))' history import -
            """, environment: environment)
        try #require(run.status == 0, "\(run.err)")
    }

    /// Records pushes of this machine, one event at a time: attempts that end without a registry.
    func attempt(_ count: Int = 1) async throws {
        for _ in 0..<count {
            // It is not logged in.
            let run = try await enclavia("push", "missing:v1", "app:v1")
            try #require(run.status == 77, "\(run.err)")
        }
    }

    /// Queries the store with the `sqlite3` shell.
    func sql(_ query: String) async throws -> String {
        let run = try await Run.program(
            "sqlite3", ["-readonly", "\(path)/state/history.db", query])
        try #require(run.status == 0, "\(run.err)")
        return run.out.trimmingCharacters(in: .newlines)
    }
}
