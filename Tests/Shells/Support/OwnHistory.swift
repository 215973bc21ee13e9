import TestSupport
import Testing

/// A ``SampleHistory`` whose pushes are this machine's own, so that they need attention.
enum OwnHistory {
    /// What `status --short` prints for the history, in UTF-8 and in another encoding.
    static let line = "↑1 !1"
    static let letters = "p1 f1"
    /// The same with every kind.
    static let fullLine = "↑1 !1 ~1 +1 ≈1"

    private static let everyKind = """
        UPDATE push SET outcome = 'interrupted', finished_at = NULL WHERE repository = 'mytool';
        UPDATE push SET digest_verified = 0 WHERE tag = 'v2';
        """

    /// - Parameter hasEveryKind: whether there is also an interrupted, a spooled and an unverified push.
    static func make(hasEveryKind: Bool = false) async throws -> SampleHistory {
        let history = try await SampleHistory()
        if hasEveryKind {
            try await edit(history, everyKind)
            let id = SampleHistory.id(77, at: .now)
            try history.folder.write("{}\n", to: "state/spool/\(id).jsonl")
        }
        return history
    }

    static func edit(_ history: SampleHistory, _ sql: String) async throws {
        let run = try await Run.program("sqlite3", [history.database, sql])
        try #require(run.status == 0, "\(run.err)")
    }

    /// Runs a program of this build, by its name and its arguments, with a history.
    static func run(
        _ command: [String], in history: SampleHistory, _ environment: [String: String] = [:]
    ) async throws -> Run {
        try await Run.program(
            Build.product(command[0]), Array(command.dropFirst()),
            environment: [
                "ENCLAVIA_STATE_DIR": history.stateDirectory, "LC_ALL": "C.UTF-8",
            ].merging(environment) { $1 })
    }
}
