import Foundation
import TestSupport
import Testing

/// Signals to commands that read and write the history for a long time.
@Suite(.serialized)
struct StoreSignalTests {
    private static let count = 12_000

    private static let shared = Task {
        let corpus = try await Corpus(records: count)
        let sandbox = try await Sandbox.start(engine: false)
        let whole = try Folder()
        let run = try await sandbox.enclavia(
            ["history", "import", corpus.file], environment: environment(whole))
        try #require(run.status == 0, "\(run.err)")
        return (corpus: corpus, sandbox: sandbox, whole: whole)
    }

    private static func environment(_ folder: Folder) -> [String: String] {
        ["ENCLAVIA_STATE_DIR": "\(folder.path)/state", "ENCLAVIA_EVENT_LOG": "off"]
    }

    /// One number from a history that another process may be writing; 0 while it does not exist.
    private func number(_ sql: String, _ folder: Folder) async throws -> Int {
        let run = try await Run.program(
            "sqlite3",
            ["-readonly", "-cmd", ".timeout 5000", "\(folder.path)/state/history.db", sql])
        return Int(run.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    private func verify(_ folder: Folder) async throws -> Run {
        try await Self.shared.value.sandbox.enclavia(
            ["history", "verify"], environment: Self.environment(folder))
    }

    @Test(arguments: SignalTests.endings)
    func `an interrupted verification prints no result`(_ signal: Int32, _ code: Int32)
        async throws
    {
        let (_, sandbox, whole) = try await Self.shared.value
        let command = try Launched(
            ["history", "verify"], in: sandbox, environment: Self.environment(whole))
        _ = try await eventually(within: 20) { command.hasOpen("history.db") }
        command.send(signal)
        #expect(try await command.status(within: 2) == code, "\(command.err)")
        #expect(command.out == "")
        #expect(command.err == "error: cancelled\n")
    }

    @Test(arguments: SignalTests.endings)
    func `an import that waits for its input ends with the signal`(_ signal: Int32, _ code: Int32)
        async throws
    {
        let sandbox = try await Self.shared.value.sandbox
        let folder = try Folder()
        // No process writes to it.
        let pipe = "\(folder.path)/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let command = try Launched(
            ["history", "import", pipe], in: sandbox, environment: Self.environment(folder))
        _ = try await eventually(within: 20) { command.hasOpen("pipe") }
        command.send(signal)
        #expect(try await command.status(within: 2) == code, "\(command.err)")
        #expect(command.out == "")
    }

    @Test func `an interrupted import reports what it imported, and another imports the rest`()
        async throws
    {
        let (corpus, sandbox, _) = try await Self.shared.value
        let folder = try Folder()
        let command = try Launched(
            ["history", "import", corpus.file, "--json"], in: sandbox,
            environment: Self.environment(folder))
        _ = try await eventually(within: 20) {
            try await number("SELECT count(*) FROM event", folder) > 0
        }
        command.send(SIGTERM)
        #expect(try await command.status(within: 2) == 143, "\(command.err)")
        let error = try #require(
            try JSONSerialization.jsonObject(with: Data(command.out.utf8)) as? [String: Any])
        #expect(error["kind"] as? String == "cancelled")
        #expect(error["exit_code"] as? Int == 143)
        let taken = try await number("SELECT count(*) FROM push", folder)
        #expect(taken > 0 && taken < Self.count)
        #expect(
            error["error"] as? String
                == "cancelled; \(taken) \(taken == 1 ? "record was" : "records were") imported, 0 updated"
        )
        #expect(try await verify(folder).status == 0)
        let rest = try await sandbox.enclavia(
            ["history", "import", corpus.file], environment: Self.environment(folder))
        #expect(rest.status == 0, "\(rest.err)")
        #expect(try await number("SELECT count(*) FROM push", folder) == Self.count)
    }

    @Test func `an interrupted prune reports what it deleted, and the history is intact`()
        async throws
    {
        let (_, sandbox, whole) = try await Self.shared.value
        let folder = try Folder()
        let copied = try await Run.shell("cp -r '\(whole.path)/state' '\(folder.path)/state'")
        try #require(copied.status == 0)
        let command = try Launched(
            ["history", "prune", "--before", "now", "--yes"], in: sandbox,
            environment: Self.environment(folder))
        let marks = "SELECT count(*) FROM event WHERE type = 'io.enclavia.history.pruned'"
        _ = try await eventually(within: 20) { try await number(marks, folder) > 0 }
        command.send(SIGINT)
        #expect(try await command.status(within: 2) == 130, "\(command.err)")
        #expect(command.out == "")
        let left = try await number("SELECT count(*) FROM push", folder)
        #expect(left > 0 && left < Self.count)
        #expect(command.err.contains("of \(Self.count - left) pushes"), "\(command.err)")
        #expect(try await verify(folder).status == 0)
    }
}
