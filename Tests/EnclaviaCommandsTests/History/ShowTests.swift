import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Testing

/// What `history show` prints, and how it selects a push.
struct ShowTests {
    private func show(_ push: PushRecord, color: Bool = false) async throws -> String {
        let store = try RealStore()
        try await store.take([push])
        var line = store.commandLine
        line.zone = LocalZone { _ in 7200 }
        line.out = TerminalCapabilities(isTerminal: color, hasColor: color, width: nil)
        let shown = await line("history", "show", push.id.text)
        withExtendedLifetime(store) {}
        #expect(shown.status == .done, "\(shown.err)")
        return shown.out
    }

    private let moved = Sample.push(1, at: "2026-08-01T10:00:00Z") { push in
        if case .succeeded(var manifest) = push.state {
            manifest.tagChange = .moved
            manifest.tagChangeSource = .registry
            manifest.previousDigest = Sample.digest("before")
            push.state = .succeeded(manifest)
        }
        push.context.gitBranch = "main"
        push.context.gitDirty = true
        push.labels = ["team": "a", "env": "b"]
        push.message = "hotfix"
    }

    @Test func `six or more digits of a digest select its newest push`() async throws {
        let store = try RealStore()
        try await store.take([moved])
        let digits = try #require(moved.state.manifest?.digest.hex)
        for count in [6, 7, 12, 64] {
            let shown = await store("history", "show", String(digits.prefix(count)))
            #expect(shown.out.contains("\(moved.id)"), "\(count): \(shown.err)")
        }
        let few = await store("history", "show", String(digits.prefix(5)))
        #expect(few.status == .negative)
        #expect(
            few.err.contains("hint: part of an id must have at least 6 characters\n"), "\(few.err)")
    }

    @Test func `a push is shown in groups, without repeated times and unknown fields`()
        async throws
    {
        let shown = try await show(moved)
        #expect(
            shown == """
                push            \(moved.id)
                when            2026-08-01 12:00 (3 mo ago), took 0.9 s
                who             alice
                host            laptop
                commit          0123456789abcdef, with uncommitted changes
                branch          main

                reference       registry.example.com/alice/myapp:v1
                local image     myapp
                image id        \(Sample.digest("image"))

                result          moved
                digest          \(Sample.digest("manifest 1"))
                moved from      \(Sample.digest("before"))
                confirmed       by the registry
                media type      application/vnd.oci.image.manifest.v1+json
                size            1.2 kB

                backend         told
                backend URL     https://api.example.com
                enclaves        1 matched
                builds started  e1

                engine          docker 28.2.2
                enclavia        1.0.0
                imported        2026-11-23 14:00 (0 s ago), from laptop

                labels          env=b
                                team=a
                message         hotfix

                """)
    }

    @Test func `a failed push shows the reason and the stage, and no digest`() async throws {
        let failed = Sample.push(1, at: "2026-08-01T10:00:00Z") { push in
            push.state = .failed(
                PushFailure(
                    stage: .inspect, kind: "image_not_found",
                    message: "there is no local image \"mapp\"\u{1B}[31m"), contradicted: nil)
            push.reference = nil
            push.image = nil
            push.notify = .none
            push.engine = nil
        }
        let shown = try await show(failed)
        #expect(shown.contains("\ndestination  myapp:v1\nlocal image  myapp\n\n"))
        #expect(
            shown.contains(
                """

                result       failed
                failure      there is no local image "mapp"\\u{1b}[31m
                failed at    inspect (image_not_found)

                backend URL  https://api.example.com

                enclavia     1.0.0

                """))
        #expect(!shown.contains("digest") && !shown.contains("reference"))
    }

    @Test func `show prints a later notification time and the source of the tag change`()
        async throws
    {
        var late = moved
        late.notify.at = late.startedAt.adding(milliseconds: 300_000)
        late.notify.attempts = 3
        late.context.ciActor = "bot"
        if case .succeeded(var manifest) = late.state {
            manifest.tagChangeSource = .history
            manifest.isVerified = false
            late.state = .succeeded(manifest)
        }
        let shown = try await show(late)
        #expect(shown.contains("\nbackend         told 2026-08-01 12:05, after 3 requests\n"))
        #expect(shown.contains("\nwho             bot\nuser            alice\n"))
        #expect(
            shown.contains(
                "\nresult          moved, according to this history: the registry could not be queried"
            ))
        #expect(shown.contains("\nconfirmed       not by the registry\n"))
        late.context.ciActor = "alice"
        #expect(try await show(late).contains("\nwho             alice\nhost  "))
        late.notify = NotifyRecord(outcome: .failed, message: "the backend refused (409): no")
        #expect(
            try await show(late).contains(
                "\nbackend      refused: the backend refused (409): no\n"))
    }

    @Test func `the result and the titles are coloured on a terminal with colours`() async throws {
        let shown = try await show(moved, color: true)
        #expect(shown.contains("\u{1B}[2mresult\u{1B}[0m          \u{1B}[33mmoved\u{1B}[0m\n"))
        #expect(shown.contains("\n                team=a\n"))
    }

    @Test(arguments: [
        "myapp:v1", "alice/myapp:v1", "registry.example.com/alice/myapp:v1", "abcdef:latest",
        "abcdef",
    ])
    func `a reference selects its newest push`(_ name: String) async throws {
        let new = Sample.push(2, at: "2026-08-02T10:00:00Z")
        let other = Sample.push(3, tag: "latest", at: "2026-08-01T12:00:00Z") { push in
            push.reference = ImageReference(
                registry: "registry.example.com", owner: "alice", repository: "abcdef",
                tag: "latest")
        }
        let store = try RealStore()
        try await store.take([moved, new, other])
        let shown = await store("history", "show", name, "--json")
        #expect(shown.status == .done, "\(shown.err)")
        let id = name.hasPrefix("abcdef") ? other.id : new.id
        #expect(try shown.object()["id"] as? String == id.text)
    }

    @Test func `the end of an id takes precedence over a repository of that name`() async throws {
        let end = String(moved.id.text.suffix(8))
        let named = Sample.push(2, tag: "latest", at: "2026-08-02T10:00:00Z") { push in
            push.reference = ImageReference(
                registry: "registry.example.com", owner: "alice", repository: end, tag: "latest")
        }
        let store = try RealStore()
        try await store.take([moved, named])
        let shown = try await store("history", "show", end, "--json").object()
        #expect(shown["id"] as? String == moved.id.text)
        let whole = try await store("history", "show", "alice/\(end)", "--json").object()
        #expect(whole["id"] as? String == named.id.text)
    }

    @Test func `an ambiguous reference lists the candidates`() async throws {
        let other = Sample.push(2) { push in
            push.reference = ImageReference(
                registry: "registry.example.com", owner: "bob", repository: "myapp", tag: "v1")
        }
        let store = try RealStore()
        try await store.take([moved, other])
        let shown = await store("history", "show", "myapp:v1")
        #expect(shown.status == .usage)
        #expect(
            shown.err.hasSuffix(
                "hint: registry.example.com/alice/myapp:v1, registry.example.com/bob/myapp:v1\n"))
        let neither = await store("history", "show", "My App")
        #expect(
            neither.err.hasPrefix("error: \"My App\" is not a push or a reference\nhint: specify"))
        let missing = await store("history", "show", "myapp:v9")
        #expect(missing.err.hasPrefix("error: no push matches \"myapp:v9\"\n"))
    }
}
