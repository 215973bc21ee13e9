import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// The last line of `push`, and its messages when a push is not possible.
struct PushSentenceTests {
    private static let other = Digest(of: Array("another manifest".utf8))

    /// The last line of standard error of a push with those services.
    private func lastLine(_ world: PushFixture, _ words: String...) async throws -> String {
        let push = await world.commandLine(try RealStore().journal).run(
            ["push", "app", "myapp:v1", "--progress", "none"] + words)
        #expect(push.status == .done, "\(push.err)")
        #expect(push.out.hasPrefix("registry.example.com/alice/myapp@sha256:"))
        return try #require(push.err.split(separator: "\n").last.map(String.init))
    }

    private static func holding(_ digest: Digest, config: Digest) -> PushFixture {
        var world = PushFixture()
        world.held = ManifestDescriptor(
            digest: digest, mediaType: "m", sizeBytes: 7, config: config)
        return world
    }

    @Test func `the last line of a push has the tag change, the notification and the id`()
        async throws
    {
        let created = try await lastLine(PushFixture())
        let id = try #require(created.split(separator: " ").last)
        #expect(created == "pushed alice/myapp:v1 in 0.0 s: new tag, backend told, push \(id)")
        #expect(id.utf8.count == 8)

        let moved = try await lastLine(Self.holding(Self.other, config: Self.other))
        #expect(
            moved.hasPrefix(
                "pushed alice/myapp:v1 in 0.0 s: moved from \(Self.other.hex.prefix(12)), backend"))
        let same = try await lastLine(Self.holding(PushFixture.digest, config: PushFixture.image))
        #expect(same.contains(" s: same image as before, backend told, push "))
        let kept = try await lastLine(
            Self.holding(Self.other, config: Self.other), "--tag-policy", "keep")
        #expect(kept.hasPrefix("kept alice/myapp:v1 in 0.0 s: nothing was pushed, backend told, "))
    }

    @Test func `the last line says why the backend was not notified`() async throws {
        let unasked = try await lastLine(PushFixture(), "--no-notify")
        #expect(unasked.contains(": new tag, backend not told (--no-notify), push "))
        var world = PushFixture()
        world.reply = .failure(.failed(url: "https://b", status: 500, message: nil))
        let pending = try await lastLine(world)
        #expect(
            pending.contains(": new tag, backend could not be told, will be retried, push "))
        world.reply = .failure(.refused(status: 400, message: "no"))
        let refused = try await lastLine(world)
        #expect(refused.contains(": new tag, backend refused, push "))
    }

    @Test func `the id in the last line selects the push`() async throws {
        let store = try RealStore()
        let push = await PushFixture().commandLine(store.journal)("push", "app", "myapp:v1")
        let id = try #require(push.err.split(whereSeparator: \.isWhitespace).last)
        let shown = await store("history", "show", String(id), "--json")
        #expect(try shown.object()["destination"] as? String == "myapp:v1")
    }

    @Test func `the last line says if the push is in the spool or not recorded`() async throws {
        let lost = await PushFixture().commandLine(LostJournal())("push", "app", "myapp:v1")
        #expect(lost.status == .unrecorded)
        #expect(lost.err.contains("backend told, not recorded\n"), "\(lost.err)")
        let store = try RealStore()
        try FileManager.default.createDirectory(
            atPath: "\(store.folder.path)/state/history.db", withIntermediateDirectories: true)
        let spooled = await PushFixture().commandLine(store.journal)("push", "app", "myapp:v1")
        #expect(spooled.status == .done)
        #expect(spooled.err.hasSuffix(" (in the spool)\n"), "\(spooled.err)")
    }

    @Test func `with --quiet the last line is not printed`() async throws {
        let push = await PushFixture().commandLine(try RealStore().journal)(
            "push", "app", "myapp:v1", "--quiet")
        #expect(push.status == .done && push.err == "")
    }

    @Test func `the last line has the colours of the tables, on a stream with colours`()
        async throws
    {
        var line = Self.holding(Self.other, config: Self.other)
            .commandLine(try RealStore().journal)
        line.stderr = CommandLineRun.terminal(80, color: true)
        let push = await line("push", "app", "myapp:v1", "--progress", "none")
        #expect(
            push.err.contains(
                ": \u{1B}[33mmoved from \(Self.other.hex.prefix(12))\u{1B}[0m, backend"))
    }

    @Test func `the error for a missing image comes without a line about the login`() async throws {
        var world = PushFixture()
        world.missing = ["registry.example.com/alice/apps:v1", "apps:v1", "r.example/apps:v1"]
        let push = await world.commandLine(try RealStore().journal)("push", "app", "myapp:v1")
        #expect(push.status == .imageNotFound)
        #expect(
            push.err.split(separator: "\n") == [
                #"error: there is no local image "app": build or pull it first"#,
                #"hint: did you mean "apps:v1" or "r.example/apps:v1"?"#,
            ])
    }

    @Test func `at most three registry names are suggested, and only for a registry name`()
        async throws
    {
        var world = PushFixture()
        world.missing = (1...5).map { "registry.example.com/alice/app:v\($0)" }
        let push = await world.commandLine(try RealStore().journal)(
            "push", "registry.example.com/alice/ap:v1", "myapp:v1")
        #expect(push.err.contains(#"app:v1", "registry.example.com/alice/app:v2" or "#))
        #expect(!push.err.contains("v4"))
        world.missing = ["registry.example.com/alice/app:v1"]
        let alone = await world.commandLine(try RealStore().journal)("push", "ap", "myapp:v1")
        #expect(!alone.err.contains("hint: "))
    }

    @Test(arguments: [
        (Int64(400), "0.4 s"), (9_999, "9.9 s"), (10_000, "10 s"), (119_999, "119 s"),
        (185_000, "3 min 5 s"), (-5, "0.0 s"),
    ])
    func `a duration is shown in seconds, or in minutes and seconds`(
        milliseconds: Int64, text: String
    ) {
        #expect(MessageText.time(milliseconds: milliseconds) == text)
    }

    @Test func `the progress line shows the sent bytes after the layers`() async throws {
        let clock = MovingClock()
        let heard = Recorder()
        let world = PushFixture(pushing: { output in
            output(.layers(done: 1, total: 2))
            output(.bytes(sent: 12_340_000, total: 45_000_000))
            clock.advance(seconds: 3)
            _ = try? await eventually { heard.text.contains("MB") }
        })
        var line = world.commandLine(try RealStore().journal)
        line.heard = heard
        line.stderr = CommandLineRun.terminal(80)
        line.system = clock
        let push = await line("push", "app", "myapp")
        #expect(push.err.contains("\r\u{1B}[K1/2 layers, 12.3/45.0 MB · 3 s"))
    }
}
