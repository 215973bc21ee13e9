import Foundation
import TestSupport
import Testing

/// A history with something of everything that TAB offers, some of it hostile.
struct SampleHistory: Sendable {
    /// A push, as in an export.
    struct Push: Sendable {
        var repository = "myapp"
        var tag = "v1"
        var owner = "alice"
        var image = "myapp:dev"
        var digest: Character = "a"
        var outcome = "succeeded"
        var notify: String? = "delivered"
        var labels: [String: String] = [:]
        var daysAgo = 2
    }

    static let pushes = [
        Push(tag: "v1", digest: "a", daysAgo: 9),
        Push(tag: "latest", digest: "b", notify: "pending", daysAgo: 5),
        Push(tag: "v2", digest: "c", daysAgo: 2),
        Push(repository: "mytool", tag: "x", image: "mytool:x", digest: "d", daysAgo: 3),
        Push(
            repository: "web", tag: "prod", image: "$(touch pwned)", digest: "e",
            labels: [
                "env": "prod", "cmd": "`touch pwned`", "note": "$(touch pwned); touch pwned",
                "say": #"it's "so" & !x"#, "two": "a b",
            ], daysAgo: 20),
        Push(
            repository: "web", tag: "next", image: "web:next", digest: "f", outcome: "failed",
            notify: nil, labels: ["env": "staging"], daysAgo: 21),
    ]

    static let enclave = "9b2c6d1e-5a17-4c3e-8f0a-2d4b6a8c0e1f"

    let folder: Folder
    var stateDirectory: String { "\(folder.path)/state" }
    var database: String { "\(stateDirectory)/history.db" }

    /// - Parameters:
    ///   - pushes: what `history import` fills it with.
    ///   - isIntact: whether the pushes remain imported, as the events have them, instead of this machine's own, of which
    ///     alone images are offered.
    init(_ pushes: [Push] = Self.pushes, isIntact: Bool = false) async throws {
        folder = try Folder()
        let lines = try pushes.enumerated().map { try Self.line($1, number: $0) }
        let file = try folder.write(lines.joined(separator: "\n") + "\n", to: "records.jsonl")
        let run = try await Run.program(
            Build.product("enclavia"), ["history", "import", file],
            environment: ["ENCLAVIA_STATE_DIR": stateDirectory])
        try #require(run.status == 0, "no history: \(run.err)")
        let name = "$(touch pwned) `touch pwned` \u{202E}"
        let sql = """
            INSERT INTO enclave VALUES
                ('\(Self.enclave)', '\(name)', 'http://127.0.0.1', '2026-01-01T00:00:00.000Z');
            \(isIntact ? "" : "UPDATE push SET origin_imported_at = NULL, origin_host = NULL")
            """
        let insert = try await Run.program("sqlite3", [database, sql])
        try #require(insert.status == 0, "no enclave: \(insert.err)")
    }

    /// A full digest of one repeated digit.
    static func digest(_ digit: Character) -> String {
        "sha256:" + String(repeating: digit, count: 64)
    }

    /// The id of a push: a UUID of version 7 for its moment.
    static func id(_ number: Int, at date: Date) -> String {
        let milliseconds = Int64(date.timeIntervalSince1970 * 1000)
        let time = String(format: "%012llx", milliseconds)
        let tail = String(format: "%012d", number)
        return "\(time.prefix(8))-\(time.dropFirst(8))-7000-8000-\(tail)"
    }

    private static func line(_ push: Push, number: Int) throws -> String {
        let date = Date(timeIntervalSinceNow: Double(-86_400 * push.daysAgo - 60))
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let moment = format.string(from: date)
        let registry = "registry.example.com"
        let succeeded = push.outcome == "succeeded"
        let none = NSNull()
        let failure: [String: Any] = [
            "stage": "push", "kind": "registry_unavailable", "message": "no",
        ]
        let record: [String: Any] = [
            "schema_version": 1, "id": id(number, at: date), "revision": 5, "origin": none,
            "destination": "\(push.repository):\(push.tag)", "backend": "https://api.example.com",
            "reference": "\(registry)/\(push.owner)/\(push.repository):\(push.tag)",
            "registry": registry, "owner": push.owner, "repository": push.repository,
            "tag": push.tag, "local_image": push.image, "local_image_id": digest(push.digest),
            "image_revision": none, "image_source": none,
            "digest": succeeded ? digest(push.digest) : none,
            "media_type": succeeded ? "application/vnd.oci.image.manifest.v1+json" : none,
            "digest_verified": succeeded, "tag_change": succeeded ? "created" : none,
            "tag_change_source": succeeded ? "registry" : none, "message": none,
            "previous_digest": none, "size_bytes": succeeded ? 1000 : none, "started_at": moment,
            "pushed_at": succeeded ? moment : none, "finished_at": moment,
            "outcome": push.outcome, "failure": succeeded ? none : failure,
            "notify": [
                "outcome": push.notify ?? none, "at": push.notify == nil ? none : moment,
                "attempts": 1, "matched": none, "triggered": [], "staged": [],
                "rejected_non_upgradable": [], "message": none,
            ] as [String: Any],
            "labels": push.labels,
            "context": [
                "host": "host", "user": "user", "git_commit": none, "git_branch": none,
                "git_dirty": none, "ci_provider": none, "ci_run_url": none, "ci_actor": none,
            ] as [String: Any],
            "engine": ["name": "docker", "version": "28.0.0"], "cli_version": "1.0.0",
        ]
        let data = try JSONSerialization.data(
            withJSONObject: record, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}
