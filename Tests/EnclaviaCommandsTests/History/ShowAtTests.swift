import EnclaviaCommands
import EnclaviaCore
import EnclaviaStore
import Foundation
import TestSupport
import Testing

/// `history show` and `history at`, on a real store.
struct ShowAtTests {
    private let old = Sample.push(1, at: "2026-08-01T10:00:00Z")
    private let new = Sample.push(2, at: "2026-08-02T10:00:00Z")

    private func store(_ more: [PushRecord] = []) async throws -> RealStore {
        let store = try RealStore()
        try await store.take([old, new] + more)
        return store
    }

    @Test func `a push is selected by its id, the id's beginning or end, or its digest`()
        async throws
    {
        let store = try await store()
        let names = [
            old.id.text, String(old.id.text.prefix(12)), String(old.id.text.suffix(8)),
            old.state.manifest?.digest.description ?? "",
            String(old.state.manifest?.digest.description.prefix(14) ?? ""),
        ]
        for name in names {
            let shown = await store("history", "show", name, "--json")
            #expect(try shown.object()["id"] as? String == old.id.text, "\(name): \(shown.err)")
        }
    }

    @Test func `an ambiguous name lists the candidates`() async throws {
        let store = try await store()
        let shown = await store("history", "show", "019fbc")
        #expect(old.id.text.hasPrefix("019fbc"), "the sample's ids have changed: \(old.id)")
        #expect(new.id.text.hasPrefix("019fc"), "the sample's ids have changed: \(new.id)")
        #expect(shown.status == .done)
        let twin = Sample.push(3, at: "2026-08-01T10:00:00Z")
        try await store.take([twin])
        let ambiguous = await store("history", "show", "019fbc", "--json")
        #expect(ambiguous.status == .usage)
        let hint = try #require(try ambiguous.object()["hint"] as? String)
        #expect(hint.contains(old.id.text) && hint.contains(twin.id.text))
    }

    @Test(arguments: [
        ("ffffffff", EnclaviaCommands.ExitStatus.negative, "not_found"),
        ("sha256:ff", .negative, "not_found"), ("FFFFFFFF", .negative, "not_found"),
        ("abc", .negative, "not_found"), ("xyzxyz", .negative, "not_found"),
        ("myapp:v9", .negative, "not_found"), ("bob/myapp:v1", .negative, "not_found"),
        ("sha256:", .usage, "usage"), ("", .usage, "usage"), ("My App", .usage, "usage"),
    ])
    func `an unknown name and an invalid name have different exit codes`(
        _ name: String, _ status: EnclaviaCommands.ExitStatus, _ kind: String
    ) async throws {
        let shown = try await store()("--json", "history", "show", name)
        #expect(shown.status == status)
        #expect(try shown.object()["kind"] as? String == kind)
    }

    @Test(
        arguments: [
            ([], 2), (["now"], 2), (["2026-08-02T10:00:00.502Z"], 2),
            (["2026-08-02T10:00:00.501Z"], 1), (["2026-08-01"], 1), (["2026-08-02"], 2),
            (["2026-08-01T10:01"], 1), (["113d"], 2), (["114d"], 1),
        ] as [([String], Int)])
    func `at prints the pinned reference`(_ time: [String], _ number: Int) async throws {
        let store = try await store()
        let outcome = await store.commandLine.run(["history", "at", "myapp:v1"] + time)
        withExtendedLifetime(store) {}
        let push = number == 1 ? old : new
        #expect(outcome.out == "\(push.pinned ?? "")\n", "\(outcome.err)")
        #expect(outcome.err.isEmpty)
    }

    @Test(arguments: ["alice/myapp:v1", "registry.example.com/alice/myapp:v1", "myapp:v1"])
    func `at accepts each form of a reference`(_ reference: String) async throws {
        let outcome = try await store()("history", "at", reference, "--json")
        #expect(try outcome.object()["id"] as? String == new.id.text)
    }

    @Test(arguments: [
        ["myapp:v2"], ["myapp"], ["other:v1"], ["bob/myapp:v1"], ["myapp:v1", "2026-07-31"],
    ])
    func `at exits with 1 if no push matches`(_ words: [String]) async throws {
        let store = try await store()
        let outcome = await store.commandLine.run(["history", "at", "--json"] + words)
        withExtendedLifetime(store) {}
        #expect(outcome.status == .negative)
        #expect(try outcome.object()["kind"] as? String == "not_found")
    }

    @Test func `at distinguishes a pruned day from a day without a push`() async throws {
        let store = try await store()
        let before = await store("history", "at", "myapp:v1", "2026-07-31")
        #expect(!before.err.contains("pruned"))
        let pruned = await store("history", "prune", "--before", "2026-08-02", "--yes")
        #expect(pruned.status == .done, "\(pruned.err)")
        let outcome = await store("history", "at", "myapp:v1", "2026-08-01")
        #expect(outcome.status == .negative)
        #expect(
            outcome.err == "error: the history was pruned up to 2026-08-02 00:00; what myapp:v1"
                + " pointed at on 2026-08-01 23:59 is no longer known\n")
        #expect(await store("history", "at", "myapp:v1").out == "\(new.pinned ?? "")\n")
    }

    @Test(arguments: [
        ["history"], ["history", "show", "--color", "never"], ["history", "--format", "csv"],
        ["history", "--format", "template:{id}"],
    ])
    func `a damaged record is reported as damaged data, not as an internal error`(
        _ words: [String]
    ) async throws {
        let store = try await store()
        let paths = StorePaths(stateDirectory: "\(store.folder.path)/state", runtimeDirectory: nil)
        let damage = try await Run.program(
            "sqlite3", [paths.database.string, "UPDATE push_json SET json = 'x'"])
        try #require(damage.status == 0, "\(damage.err)")
        let words = words.contains("show") ? words + [old.id.text] : words
        let outcome = await store.commandLine.run(words)
        #expect(outcome.status == .data, "\(outcome.err)")
    }

    @Test func `ids and digests are found in upper case`() async throws {
        let store = try await store()
        let digest = old.state.manifest?.digest.hex.uppercased() ?? ""
        for name in [old.id.text.uppercased(), "sha256:\(digest)", "SHA256:\(digest.prefix(9))"] {
            let shown = await store("history", "show", name, "--json")
            #expect(try shown.object()["id"] as? String == old.id.text, "\(name): \(shown.err)")
        }
    }

    @Test func `at without an owner lists the candidates if there are several owners`() async throws
    {
        let other = Sample.push(3, at: "2026-08-03T10:00:00Z") { push in
            push.reference = ImageReference(
                registry: "registry.example.com", owner: "bob", repository: "myapp", tag: "v1")
        }
        let store = try await store([other])
        let outcome = await store("history", "at", "myapp:v1")
        #expect(outcome.status == .usage)
        #expect(outcome.err.contains("hint: alice/myapp:v1, bob/myapp:v1"))
        #expect(await store("history", "at", "alice/myapp:v1").status == .done)
    }

    @Test func `each candidate has its registry only if its owner does not distinguish it`()
        async throws
    {
        let others = [("registry.example.com", "bob"), ("other.example.com", "alice")]
        let store = try await store(
            others.enumerated().map { number, place in
                Sample.push(3 + number, at: "2026-08-03T10:00:00Z") { push in
                    push.reference = ImageReference(
                        registry: place.0, owner: place.1, repository: "myapp", tag: "v1")
                }
            })
        let outcome = await store("history", "at", "myapp:v1", "--json")
        let hint = try #require(try outcome.object()["hint"] as? String)
        let names = hint.components(separatedBy: ", ")
        #expect(
            names == [
                "other.example.com/alice/myapp:v1", "registry.example.com/alice/myapp:v1",
                "bob/myapp:v1",
            ])
        for name in names { #expect(await store("history", "at", name).status == .done, "\(name)") }
    }

    @Test func `at without a registry lists the candidates if there are several registries`()
        async throws
    {
        let other = Sample.push(3, at: "2026-08-03T10:00:00Z") { push in
            push.reference = ImageReference(
                registry: "other.example.com", owner: "alice", repository: "myapp", tag: "v1")
        }
        let store = try await store([other])
        let outcome = await store("history", "at", "alice/myapp:v1")
        #expect(outcome.status == .usage)
        let names = ["other.example.com/alice/myapp:v1", "registry.example.com/alice/myapp:v1"]
        #expect(outcome.err.contains("hint: \(names[0]), \(names[1])"))
        for (name, push) in zip(names, [other, new]) {
            let found = try await store("history", "at", name, "--json").object()
            #expect(found["id"] as? String == push.id.text)
        }
    }

    @Test func `at shows the newest push, even if the clock was set back since`()
        async throws
    {
        let ahead = Sample.push(3, at: "2027-01-01T10:00:00Z")
        let store = try await store([ahead])
        #expect(await store("history", "at", "myapp:v1").out == "\(ahead.pinned ?? "")\n")
        #expect(await store("history", "at", "myapp:v1", "now").out == "\(ahead.pinned ?? "")\n")
        let past = await store("history", "at", "myapp:v1", "2026-08-04T00:00:00Z")
        #expect(past.out == "\(new.pinned ?? "")\n")
    }

    @Test func `a full id selects only the push with exactly that id`() async throws {
        let store = try await store()
        let shown = await store("history", "show", new.id.text, "--json")
        #expect(try shown.object()["id"] as? String == new.id.text)
        let missing = "\(new.id.text.dropLast(2))00"
        #expect(await store("history", "show", missing).status == .negative)
    }

    @Test(arguments: [["My:v1"], ["a/b/c"], ["myapp:v1", "2026-13-01"]])
    func `at refuses an invalid reference or time`(_ words: [String]) async {
        #expect(await CommandLineRun().run(["history", "at"] + words).status == .usage)
    }
}
