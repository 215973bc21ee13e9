import EnclaviaCommands
import EnclaviaCore
import TestSupport
import Testing

/// The output of `record`, with fake services.
struct RecordCommandTests {
    /// A registry whose tags hold the image.
    private static let world = PushFixture(
        held: ManifestDescriptor(
            digest: PushFixture.digest, mediaType: "m", sizeBytes: 7, config: PushFixture.image))

    private static let words = ["record", "app:v1", "--digest", "\(PushFixture.digest)"]

    @Test func `the result of one image is a push, and that of several is an array of pushes`()
        async throws
    {
        let store = try RealStore()
        let one = try await Self.world.commandLine(store.journal).run(Self.words + ["--json"])
            .object()
        let push = try await PushFixture().commandLine(store.journal)(
            "push", "app", "app:v1", "--json"
        ).object()
        #expect(Set(one.keys) == Set(push.keys))
        #expect(one["head"] is String)
        let folder = try Folder()
        let file = try folder.write(
            "app:v1@\(PushFixture.digest)\napp:v2@\(PushFixture.digest)\n", to: "lines")
        let two = await Self.world.commandLine(store.journal)(
            "record", "app", "--refs-file", file)
        #expect(
            two.out
                == String(
                    repeating: "registry.example.com/alice/app@\(PushFixture.digest)\n", count: 2))
        #expect(two.err.contains("\nrecorded alice/app:v1 in "))
        #expect(two.err.contains("\nrecorded alice/app:v2 in "))
    }

    @Test func `a push that can be recorded nowhere is printed, and exits with 73`() async throws {
        let lost = await Self.world.commandLine(LostJournal()).run(Self.words)
        #expect(lost.status == .unrecorded)
        #expect(lost.out == "registry.example.com/alice/app@\(PushFixture.digest)\n")
        #expect(lost.err.contains("warning: the push could not be recorded (full)"))
        let line = try #require(lost.err.split(separator: "\n").first { $0.hasPrefix("{") })
        let record = try JSONText.decode(PushJSON.self, from: line).record()
        #expect(record.engine == EngineVersion(name: "external", version: nil))
        #expect(record.notify.outcome == .delivered)
    }

    @Test(arguments: [
        (["--tag", "v1"], "tag"), (["--digestfile", "f"], "--refs-file"),
        (["-f", "f"], "--metadata-file"),
    ])
    func `an option of another tool leads to the right one`(
        _ option: [String], _ advice: String
    ) async throws {
        let run = await Self.world.commandLine(LostJournal()).run(["record", "app"] + option)
        #expect(run.status == .usage)
        #expect(run.err.contains(advice), "\(run.err)")
    }
}
