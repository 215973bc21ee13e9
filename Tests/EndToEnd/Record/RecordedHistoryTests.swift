import Foundation
import TestSupport
import Testing

/// The history of pushes that other tools made, as every command that reads or rewrites it shows them.
@Suite(.serialized)
struct RecordedHistoryTests {
    /// A history with two pushes by ko, and one by this program before and after them.
    private struct Place {
        let sandbox: Sandbox
        let first: String
        let second: String
        /// The ids, oldest first.
        let ids: [String]
    }

    private static let shared = Task { () async throws -> Place in
        let sandbox = try await Sandbox.start()
        try await sandbox.image("own:v1", seed: 921)
        let own = try await sandbox.enclavia("push", "own:v1", "mixed:v1", "--json").object()
        let first = try await sandbox.dockerPush("mixed:v1", "fresh:v1", seed: 922)
        let one = try await sandbox.enclavia(
            "record", "mixed:v1", "--digest", first, "--tool", "ko", "--json"
        ).object()
        let two = try await sandbox.enclavia(
            "record", "fresh:v1", "--digest", first, "--tool", "ko", "--json"
        ).object()
        let last = try await sandbox.enclavia("push", "own:v1", "mixed:v1", "--json").object()
        return Place(
            sandbox: sandbox, first: try #require(own["digest"] as? String), second: first,
            ids: [own, one, two, last].compactMap { $0["id"] as? String })
    }

    private func place() async throws -> Place { try await Self.shared.value }

    @Test func `the record is a whole push, with the events of one`() async throws {
        let place = try await place()
        let rows = try await place.sandbox.sql(
            """
            SELECT outcome, tag_change, tag_change_source, previous_digest = '\(place.first)', revision
            FROM push_v1 WHERE id IN ('\(place.ids[1])', '\(place.ids[2])') ORDER BY id
            """)
        #expect(rows == "succeeded|moved|history|1|5\nsucceeded||||5")
        let events = try await place.sandbox.enclavia("events")
        let types = events.out.split(separator: "\n").filter { $0.contains(place.ids[1]) }
            .compactMap { $0.firstMatch(of: #/"type":"io\.enclavia\.push\.([a-z]+)"/#)?.output.1 }
        #expect(types == ["started", "authenticated", "pushed", "notified", "finished"])
        let log = try String(
            contentsOfFile: "\(place.sandbox.stateDirectory)/events.jsonl", encoding: .utf8)
        #expect(log.split(separator: "\n").filter { $0.contains(place.ids[1]) }.count == 5)
    }

    @Test func `list and show tell of the tool, and not that the tag was kept`() async throws {
        let place = try await place()
        let list = try await place.sandbox.enclavia("history", "--no-trunc")
        let lines = list.out.split(separator: "\n").filter { $0.contains(place.ids[1]) }
        #expect(lines.first?.contains("moved") == true, "\(list.out)")
        let fresh = list.out.split(separator: "\n").filter { $0.contains(place.ids[2]) }
        #expect(fresh.first?.contains("pushed") == true, "\(list.out)")
        #expect(!list.out.contains("kept"))
        let show = try await place.sandbox.enclavia("history", "show", place.ids[1])
        #expect(show.out.contains(#/pushed with +ko\n/#), "\(show.out)")
        #expect(show.out.contains(#/result +moved, according to this history\n/#), "\(show.out)")
        #expect(!show.out.contains("local image"))
        let csv = try await place.sandbox.enclavia(
            "history", "list", "--format", "template:{engine_name}|{engine_version}|{tag_change}")
        #expect(csv.out.contains("ko||moved\n") && csv.out.contains("ko||\n"), "\(csv.out)")
        let moves = try await place.sandbox.enclavia("history", "list", "--moves", "--json")
        let moved = try #require(try moves.json() as? [[String: Any]]).compactMap {
            $0["id"] as? String
        }
        #expect(moved.contains(place.ids[1]) && !moved.contains(place.ids[2]))
    }

    @Test func `at gives what the tag pointed at after the push of the tool`() async throws {
        let place = try await place()
        let sandbox = place.sandbox
        let now = try await sandbox.enclavia("history", "at", "mixed:v1")
        #expect(now.out == "\(sandbox.registry)/alice/mixed@\(place.first)\n")
        let moment = try await sandbox.sql(
            "SELECT finished_at FROM push_v1 WHERE id = '\(place.ids[1])'")
        let then = try await sandbox.enclavia("history", "at", "mixed:v1", moment)
        #expect(then.out == "\(sandbox.registry)/alice/mixed@\(place.second)\n")
        let fresh = try await sandbox.enclavia("history", "at", "fresh:v1", "--remote")
        #expect(fresh.out == "\(sandbox.registry)/alice/fresh@\(place.second)\n")
        #expect(fresh.status == 0, "\(fresh.err)")
        let status = try await sandbox.enclavia("status", "--remote", "--json", "--exit-code")
        #expect(status.status == 0, "\(status.out)")
    }

    @Test func `stats count it, and TAB offers its reference, digest and id`() async throws {
        let place = try await place()
        let sandbox = place.sandbox
        let stats = try await sandbox.enclavia(
            "history", "stats", "--repository", "fresh", "--json"
        ).object()
        let days = try #require(stats["days"] as? [[String: Any]])
        #expect(days.compactMap { $0["pushes"] as? Int } == [1])
        func offered(_ words: String...) async throws -> [String] {
            try await sandbox.enclavia(["__complete"] + words).out.split(separator: "\n")
                .dropLast().map { String($0.prefix { $0 != "\t" }) }
        }
        #expect(try await offered("record", "fre") == ["fresh:"])
        #expect(try await offered("record", "fresh:") == ["fresh:v1"])
        #expect(try await offered("push", "own:v1", "fresh:") == ["fresh:v1"])
        let images = try await offered("push", "")
        #expect(images.contains("own:v1") && !images.contains { $0.hasPrefix("sha256:") })
        #expect(try await offered("record", "fresh:v1", "--digest", "").contains(place.second))
        #expect(try await offered("history", "show", "").contains(String(place.ids[2].suffix(8))))
        let files = try await sandbox.enclavia("__complete", "record", "-", "--refs-file", "")
        #expect(files.out == ":0\n", "the shell completes files")
    }

    @Test func `an export is imported elsewhere as it is`() async throws {
        let place = try await place()
        let export = try await place.sandbox.enclavia("history", "export")
        let folder = try Folder()
        let other = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
        let read = try await place.sandbox.enclavia(
            ["history", "import", "--json"], environment: other, input: export.out)
        #expect(try read.object()["imported"] as? Int == 4, "\(read.out)")
        let again = try await place.sandbox.enclavia(["history", "export"], environment: other)
        #expect(again.out == export.out)
        let verify = try await place.sandbox.enclavia(["history", "verify"], environment: other)
        #expect(verify.status == 0, "\(verify.out)")
    }

    @Test func `verify, rebuild, salvage and reconcile work on it`() async throws {
        let place = try await place()
        let sandbox = place.sandbox
        try await sandbox.expectWholeStore()
        let reconcile = try await sandbox.enclavia("history", "reconcile", "--json").object()
        #expect((reconcile["pushes"] as? [Any])?.isEmpty == true, "\(reconcile)")
        let before = try await sandbox.enclavia("history", "export").out
        let rebuild = try await sandbox.enclavia("history", "rebuild", "--yes", "--json").object()
        #expect((rebuild["changed"] as? [Any])?.isEmpty ?? true, "\(rebuild)")
        #expect(try await sandbox.enclavia("history", "export").out == before)
        try await sandbox.expectWholeStore()
        let folder = try Folder()
        let salvage = try await sandbox.shell(
            """
            set -e
            enclavia history backup copy.db && mkdir -m 700 state
            enclavia history salvage copy.db --out state/history.db
            ENCLAVIA_STATE_DIR=$PWD/state enclavia history verify >&2
            ENCLAVIA_STATE_DIR=$PWD/state enclavia history export > salvaged
            """, directory: folder.path)
        #expect(salvage.status == 0, "\(salvage.out)\(salvage.err)")
        let salvaged = try String(contentsOfFile: "\(folder.path)/salvaged", encoding: .utf8)
        #expect(salvaged == before)
    }
}
