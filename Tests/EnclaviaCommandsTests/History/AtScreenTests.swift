import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import TestSupport
import Testing

/// What `history at` prints for people, on a real store.
struct AtScreenTests {
    private static let registry = "registry.example.com"

    /// A tag that was created, moved by CI, pushed again and moved again; now is Monday, 2026-11-23 12:00.
    private func store() async throws -> RealStore {
        let store = try RealStore()
        try await store.take([
            Sample.push(1, at: "2026-11-10T09:12:00Z") { $0.context.user = "root" },
            moved(2, at: "2026-11-17T14:03:00Z") {
                $0.context.ciActor = "dana"
                $0.context.host = "runner-7"
            },
            moved(3, digest: 2, at: "2026-11-17T18:00:00Z", .unchanged),
            moved(4, at: "2026-11-18T10:00:00Z"),
        ])
        return store
    }

    private func moved(
        _ number: Int, digest: Int? = nil, at time: String, _ change: TagChange = .moved,
        _ edit: (inout PushRecord) -> Void = { _ in }
    ) -> PushRecord {
        Sample.push(number, at: time) { push in
            let digest = digest ?? number
            push.state = .succeeded(
                PushedManifest(
                    digest: Sample.digest("manifest \(digest)"), isVerified: true,
                    tagChange: change, tagChangeSource: .registry,
                    previousDigest: Sample.digest(
                        "manifest \(change == .moved ? (digest == 4 ? 2 : digest - 1) : digest)"),
                    pushedAt: push.startedAt.adding(milliseconds: 500)))
            edit(&push)
        }
    }

    /// Runs `history at` with standard error on a terminal of that width, or on a pipe.
    private func at(
        _ store: RealStore, _ words: String..., stderr width: Int? = 80, zone: LocalZone = .utc
    ) async -> CommandLineRun.Outcome {
        var line = store.commandLine
        if let width { line.stderr = CommandLineRun.terminal(width) }
        line.zone = zone
        let outcome = await line.run(["history", "at"] + words)
        withExtendedLifetime(store) {}
        return outcome
    }

    @Test func `after a push that left the tag unchanged, at shows its time as an upper bound`()
        async throws
    {
        let store = try RealStore()
        try await store.take([moved(3, digest: 2, at: "2026-11-17T18:00:00Z", .unchanged)])
        let found = await at(store, "myapp:v1")
        #expect(
            found.err.contains(
                "  since     2026-11-17 18:00 or earlier, same image pushed by alice on laptop"),
            "\(found.err)")
        #expect(!found.err.contains("before"))
        var line = store.commandLine
        line.adapters.givenAccounts = ScreenFixture()
        let status = await line("status")
        #expect(status.out.contains("  by Nov 17  alice "), "\(status.out)")
    }

    @Test func `a push that kept the tag's image is shown as kept`() async throws {
        let store = try RealStore()
        try await store.take([
            moved(2, at: "2026-11-17T14:03:00Z"),
            moved(3, digest: 2, at: "2026-11-18T18:00:00Z", .unchanged) { push in
                push.localImage = push.state.manifest?.digest.description ?? ""
                push.image = nil
            },
        ])
        let found = await at(store, "myapp:v1")
        #expect(found.err.contains("  again     2026-11-18 18:00, kept by alice"), "\(found.err)")
    }

    @Test func `after a push from CI, at says that other machines may push too`() async throws {
        let store = try RealStore()
        await store.succeed(Sample.push(1))
        #expect(await !at(store, "myapp:v1").err.contains("registry  not queried"))
        await store.succeed(
            Sample.push(2, at: "2026-11-23T11:30:00Z") { $0.context.ciProvider = "gitlab" })
        let found = await at(store, "myapp:v1")
        #expect(found.err.contains("  registry  not queried, and other machines may push too"))
    }

    private func hex(_ number: Int) -> String {
        String(Sample.digest("manifest \(number)").hex.prefix(12))
    }
    private func id(_ number: Int, _ time: String) -> String {
        String(Sample.push(number, at: time).id.text.suffix(8))
    }

    @Test func `one command shows what a tag pointed at in the past, and who pushed it`()
        async throws
    {
        let store = try await store()
        let outcome = await at(store, "myapp:v1", "last", "tuesday")
        #expect(outcome.out == "\(Self.registry)/alice/myapp@\(Sample.digest("manifest 2"))\n")
        #expect(
            outcome.err == """
                alice/myapp:v1 pointed at \(hex(2)) on 2026-11-17 23:59
                  since     2026-11-17 14:03, moved by dana on runner-7 (imported), commit 0123456, push \(id(2, "2026-11-17T14:03:00Z"))
                  again     2026-11-17 18:00, pushed by alice on laptop (imported), commit 0123456, push \(id(3, "2026-11-17T18:00:00Z"))
                  backend   told on 2026-11-17 18:00
                  before    \(hex(1)), since 2026-11-10 09:12 by root on laptop (imported), commit 0123456, push \(id(1, "2026-11-10T09:12:00Z"))
                  moved on  2026-11-18 10:00, to \(hex(4)) by alice on laptop (imported), commit 0123456, push \(id(4, "2026-11-18T10:00:00Z"))
                  registry  not queried: it knows only the present; import the pushes of other machines to include them

                """)
    }

    @Test func `without a time, at shows the previous image and that no registry was queried`()
        async throws
    {
        let store = try await store()
        let outcome = await at(store, "myapp:v1")
        let said = outcome.err.split(separator: "\n")
        #expect(said.first == "alice/myapp:v1 points at \(hex(4))")
        #expect(
            said.contains { $0.hasPrefix("  before    \(hex(2)), since 2026-11-17 14:03 by dana") })
        #expect(
            said.last
                == "  registry  not queried, and other machines may push too: use --remote to query it"
        )
        #expect(!outcome.err.contains("moved on"))
    }

    @Test func `times are local`() async throws {
        let store = try await store()
        let zone = LocalZone { _ in -5 * 3600 }
        let outcome = await at(store, "myapp:v1", "tuesday", zone: zone)
        #expect(outcome.err.contains("on 2026-11-17 23:59\n"), "\(outcome.err)")
        #expect(outcome.err.contains("  since     2026-11-17 09:03, moved by dana"))
    }

    @Test func `without a terminal, and with --json, at prints no explanation`() async throws {
        let store = try await store()
        #expect(await at(store, "myapp:v1", "tuesday", stderr: nil).err.isEmpty)
        #expect(await at(store, "myapp:v1", "--json").err.isEmpty)
    }

    @Test func `a history of one machine gets no hint about other machines`() async throws {
        let store = try RealStore()
        await store.succeed(Sample.push(1, at: "2026-11-17T14:03:00Z"))
        let outcome = await at(store, "myapp:v1")
        #expect(
            outcome.err == """
                alice/myapp:v1 points at \(hex(1))
                  since     2026-11-17 14:03, new tag by alice on laptop, commit 0123456, push \(id(1, "2026-11-17T14:03:00Z"))
                  backend   told on 2026-11-17 14:03

                """)
        let past = await at(store, "myapp:v1", "sunday")
        #expect(past.err.hasSuffix("  moved on  not since then, according to this history\n"))
    }

    @Test(arguments: [false, true])
    func `a previous image that has no push in the history is shown as such`(
        _ hasOlder: Bool
    ) async throws {
        let store = try RealStore()
        let older = hasOlder ? [Sample.push(1, at: "2026-11-10T09:12:00Z")] : []
        try await store.take(older + [moved(4, at: "2026-11-18T10:00:00Z")])
        let outcome = await at(store, "myapp:v1")
        let line = "  before    \(hex(2)), by a push that is not in this history\n"
        #expect(outcome.err.contains(line), "\(outcome.err)")
    }

    @Test(arguments: [
        (
            "myapp:v1", "2026-11-09",
            "error: the history has no successful push of \"myapp:v1\" by 2026-11-09 23:59\n"
        ),
        ("mapp:v1", "now", "hint: did you mean alice/myapp:v1?\n"),
    ])
    func `the error for a missing push names the time, or the nearest reference`(
        _ reference: String, _ time: String, _ words: String
    ) async throws {
        let store = try await store()
        let outcome = await at(store, reference, time)
        #expect(outcome.status == .negative)
        #expect(outcome.err.hasSuffix(words), "\(outcome.err)")
    }
}
