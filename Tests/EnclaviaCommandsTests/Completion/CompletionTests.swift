import EnclaviaCommands
import EnclaviaCompletion
import EnclaviaCore
import TestSupport
import Testing

/// What TAB offers from a history.
struct CompletionTests {
    private let store: RealStore
    private let now = Sample.moment("2026-11-23T12:00:00Z")

    init() throws { store = try RealStore() }

    private func complete(_ words: String..., images: [String] = []) -> [String] {
        // A busy machine may exceed the usual time limit.
        let reader = CompletionReader(
            path: "\(store.folder.path)/state/history.db", milliseconds: 10_000)
        let text = Completion.text(
            for: words, at: now, ask: { (try? reader.answers($0)) ?? [] }, images: { images })
        return text.split(separator: "\n").dropLast().map(String.init)
    }

    /// Takes records as if their pushes were made on this machine.
    private func makeHere(_ records: [PushRecord]) async throws {
        try await store.take(records)
        let run = try await Run.program(
            "sqlite3",
            [
                "\(store.folder.path)/state/history.db",
                "UPDATE push SET origin_imported_at = NULL, origin_host = NULL",
            ])
        try #require(run.status == 0, "\(run.err)")
    }

    private func value(_ line: String) -> String { String(line.prefix { $0 != "\t" }) }

    private func short(_ push: PushRecord) -> String { String(push.id.text.suffix(8)) }

    /// A push whose id ends in `end`.
    private func push(
        ending end: UInt64, tag: String = "v1", at time: String = "2026-11-23T11:00:00Z",
        _ change: (inout PushRecord) -> Void = { _ in }
    ) -> PushRecord {
        let sample = Sample.push(0, tag: tag, at: time, change)
        var record = PushRecord(
            id: PushID(at: sample.startedAt, random: (end, end)), revision: sample.revision,
            destination: sample.destination, backend: sample.backend, reference: sample.reference,
            localImage: sample.localImage, image: sample.image, startedAt: sample.startedAt,
            finishedAt: sample.finishedAt, state: sample.state, context: sample.context,
            engine: sample.engine, cliVersion: sample.cliVersion)
        if case .succeeded = sample.state { record.notify = sample.notify }
        return record
    }

    private static let failure = PushState.failed(
        PushFailure(stage: .push, kind: "refused", message: "no"),
        contradicted: nil)

    @Test func `an empty word completes to the short ids of the newest pushes`() async throws {
        let old = push(ending: 0x5b46_9471, at: "2026-11-21T11:00:00Z")
        let new = push(ending: 0xcf0e_4f8a, tag: "v2", at: "2026-11-23T11:56:00Z") {
            $0.state = Self.failure
        }
        try await store.take([old, new])
        #expect(
            complete("history", "show", "") == [
                "\(short(new))\talice/myapp:v2, 4 min ago, failed",
                "\(short(old))\talice/myapp:v1, 2 d ago",
            ])
    }

    @Test func `a word completes the short id that it begins, or else the full id`() async throws {
        let one = push(ending: 0x5b46_9471)
        let other = push(ending: 0x5b47_0000, tag: "v2")
        try await store.take([one, other])
        for length in 4...8 {
            let word = String(short(one).prefix(length))
            #expect(complete("history", "show", word).map(value) == [short(one)])
        }
        let both = complete("notify", String(short(one).prefix(3))).map(value)
        #expect(Set(both) == [short(one), short(other)])
        let whole = String(one.id.text.prefix(20))
        #expect(Set(complete("history", "show", whole).map(value)).contains(one.id.text))
        #expect(complete("history", "show", "0" + short(one)) == [])
    }

    @Test func `history show completes references, and notify does not`()
        async throws
    {
        try await store.take([push(ending: 1), push(ending: 2, tag: "v2")])
        #expect(complete("history", "show", "my").map(value) == ["myapp:"])
        let tags = complete("history", "show", "alice/myapp:v")
        #expect(Set(tags.map(value)) == ["alice/myapp:v1", "alice/myapp:v2"])
        #expect(complete("notify", "my") == [])
    }

    @Test func `a push that is named already, by any part of its id, is not offered again`()
        async throws
    {
        let one = push(ending: 0x5b46_9471)
        let other = push(ending: 0xcf0e_4f8a, tag: "v2")
        try await store.take([one, other])
        for word in [short(one), one.id.text, String(short(one).suffix(6))] {
            #expect(complete("notify", word, "").map(value) == [short(other)])
        }
    }

    @Test func `a push without a resolved reference is described by its destination`() async throws
    {
        await store.interrupt(push(ending: 0x5b46_9471, tag: "next"), isKnown: false)
        let lines = complete("history", "show", "")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("\tmyapp:next, 1 h ago, ") == true, "\(lines)")
    }

    @Test func `hosts and users come from the history, newest first`() async throws {
        try await store.take([
            push(ending: 1, at: "2026-11-20T11:00:00Z") {
                $0.context = PushContext(host: "laptop", user: "alice")
            },
            push(ending: 2, tag: "v2", at: "2026-11-22T11:00:00Z") {
                $0.context = PushContext(host: "runner-1", user: "ci", ciActor: "carol")
            },
            push(ending: 3, tag: "v3", at: "2026-11-23T11:00:00Z") {
                $0.context = PushContext(host: "lab\u{1B}[2J", user: "bob")
            },
        ])
        #expect(complete("history", "--host", "") == ["runner-1\t1 d ago", "laptop\t3 d ago"])
        #expect(complete("history", "stats", "--host=l").map(value) == ["laptop"])
        let users = complete("history", "--user", "").map(value)
        #expect(users.first == "bob")
        #expect(Set(users) == ["alice", "bob", "carol", "ci"])
        #expect(complete("history", "list", "--user", "ca") == ["carol\t1 d ago"])
    }

    @Test func `after the time is up, no other way to match is tried`() {
        var questions = 0
        let text = Completion.text(
            for: ["history", "--host", "la"], at: now,
            ask: { _ in
                questions += 1
                return .late
            }, images: { [] })
        #expect(text == ":36\n")
        #expect(questions == 1)
        // Verbs are known all the same.
        let verbs = Completion.text(
            for: ["history", "sho"], at: now, ask: { _ in .late }, images: { [] })
        #expect(verbs.hasPrefix("show\t"))
    }

    @Test func `of many owners, one that is typed in full completes in any case`() async throws {
        try await store.take([push(ending: 1)])
        let columns = "owner, repository, pushes, started_at, push_id, outcome"
        let run = try await Run.program(
            "sqlite3",
            [
                "\(store.folder.path)/state/history.db",
                """
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 250)
                INSERT INTO repository (\(columns))
                SELECT printf('own%03d', n), 'app', 1, printf('2026-01-01T00:00:00.%03dZ', n), 'p', 'succeeded'
                FROM number UNION ALL SELECT 'own', 'app', 1, '2020', 'p', 'succeeded';
                INSERT INTO reference (registry, tag, \(columns))
                SELECT 'r', 'v1', \(columns) FROM repository WHERE repository = 'app'
                """,
            ])
        try #require(run.status == 0, "\(run.err)")
        for owner in ["own001", "OWN001", "own", "own250"] {
            let known = owner.lowercased()
            #expect(complete("push", "x", "\(owner)/A").map(value) == ["\(known)/app:"])
            #expect(complete("push", "x", "\(owner)/app:V").map(value) == ["\(known)/app:v1"])
            #expect(complete("history", "at", "r/\(owner)/A").map(value) == ["r/\(known)/app:"])
        }
        #expect(complete("push", "x", "other/A") == [])
    }

    @Test func `an image that only failed pushes used is not offered`() async throws {
        try await makeHere([
            push(ending: 1) {
                $0.localImage = "mapp"
                $0.state = Self.failure
            },
            push(ending: 2, tag: "v2") { $0.localImage = "myapp" },
            push(ending: 3, tag: "v3", at: "2026-11-23T11:30:00Z") {
                $0.localImage = "myapp"
                $0.state = Self.failure
            },
            push(ending: 4, tag: "v4") {
                $0.localImage = "mtool"
                $0.state = .cancelled
            },
        ])
        #expect(Set(complete("push", "m").map(value)) == ["myapp", "mtool"])
        #expect(Set(complete("push", "").map(value)) == ["myapp", "mtool"])
        // The engine's images are offered, even if their pushes failed.
        #expect(complete("push", "ma", images: ["mapp:latest"]).map(value) == ["mapp:latest"])
    }

    @Test func `an image that only pushes of other machines used is not offered`() async throws {
        try await makeHere([push(ending: 1) { $0.localImage = "mine" }])
        try await store.take([
            push(ending: 2, tag: "v2", at: "2026-11-23T11:30:00Z") { $0.localImage = "theirs" },
            push(ending: 3, tag: "v3", at: "2026-11-23T11:40:00Z") { $0.localImage = "mine" },
        ])
        #expect(complete("push", "").map(value) == ["mine"])
        #expect(complete("push", "th") == [])
        #expect(
            complete("push", "", images: ["theirs:latest"]).map(value) == ["mine", "theirs:latest"])
    }

    @Test(arguments: [
        (["push", "--no-notify", "--re"], ["--retry"]),
        (["push", "--require-notify", "--no-n"], []),
        (["push", "--wait", "--no-n"], []), (["push", "--no-notify", "--wa"], []),
        (["push", "--quiet", "--qu"], []), (["push", "--digest-file=a", "--digest-f"], []),
        (["push", "--label", "a=b", "--lab"], ["--label"]),
        (["record", "--digest", "x", "--re"], ["--require-notify"]),
        (["enclave", "create", "--upgradable", "--no-u"], []),
        (["enclave", "create", "--no-upgradable", "--upg"], []),
        (["history", "--json", "--form"], []), (["--json", "history", "list", "--form"], []),
        (["history", "--format", "csv", "--js"], []),
        (["history", "--re"], ["--repository", "--reverse"]),
        (["history", "at", "a:b", "--remote", "yes"], []),
        (["history", "at", "a:b", "yes"], ["yesterday"]),
        (["history", "at", "a:b", "yesterday", "--rem"], []),
    ])
    func `an option is offered only if the options before it allow it`(
        _ words: [String], _ expected: [String]
    ) {
        let text = Completion.text(for: words, at: now, ask: { _ in [] }, images: { [] })
        #expect(text.split(separator: "\n").dropLast().map { value(String($0)) } == expected)
    }

    @Test func `a name that a push gave to an image is not offered as a local image`() async throws
    {
        let ours = "registry.example.com/alice/myapp:v1"
        try await makeHere([
            push(ending: 1), push(ending: 2, tag: "v2") { $0.localImage = ours },
        ])
        let others = [
            "registry.example.com/bob/myapp:v1", "registry.example.com/alice",
            "ghcr.io/alice/myapp:v1", "alice/myapp:v1",
        ]
        #expect(
            complete("push", "", images: [ours, "registry.example.com/alice/web:x"] + others)
                .map(value) == ["myapp"] + others)
        #expect(complete("push", "registry.example.com/alice/", images: [ours]) == [])
    }

    @Test(arguments: [
        ([""], ["push", "record", "history"]), (["h"], ["history"]),
        (["history", "s"], ["show", "stats", "salvage", "sync"]),
        (["history", "re"], ["reconcile", "rebuild", "report"]),
        (["history", "show", ""], []), (["--"], []),
        (["auth", ""], ["login", "status", "logout", "docker"]),
        (["nonsense", ""], []), (["push", ""], []), (["history", "nonsense", ""], []),
    ])
    func `help completes verbs, and the verbs of groups`(words: [String], expected: [String]) {
        let text = Completion.text(
            for: ["help"] + words, at: now, ask: { _ in [] }, images: { ["image"] })
        let found = text.split(separator: "\n").dropLast().map { value(String($0)) }
        #expect(words == [""] ? Array(found.prefix(3)) == expected : found == expected)
    }

    @Test func `help is offered as a verb of the program, and of no group`() {
        let verbs = complete("").map(value)
        #expect(verbs.last == "help")
        #expect(complete("he") == ["help\tShow help for a command."])
        #expect(complete("history", "hel") == [])
        #expect(complete("--json", "he").map(value) == ["help"])
    }
}
