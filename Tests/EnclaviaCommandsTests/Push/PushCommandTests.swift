import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// The output of `push`, with a real store and fake services.
struct PushCommandTests {
    private static let lines = PushFixture(pushing: { output in
        output(.line("5f70bf18a086: Pushed"))
        output(.layers(done: 1, total: 2))
    })

    @Test func `without a terminal the engine's own lines are printed`() async throws {
        let push = await Self.lines.commandLine(try RealStore().journal)("push", "app", "myapp")
        #expect(push.status == .done)
        #expect(push.out == "registry.example.com/alice/myapp@\(PushFixture.digest)\n")
        #expect(push.err.contains("\n5f70bf18a086: Pushed\n"))
        #expect(!push.err.contains("\u{1B}"))
    }

    @Test func `with --progress none only the engine's lines are left out`()
        async throws
    {
        let push = await Self.lines.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--progress", "none")
        #expect(!push.err.contains("5f70bf18a086"))
        #expect(push.err.contains("\npushed alice/myapp:latest in "))
    }

    @Test func `the result has the hash of its last event, which verify finds`() async throws {
        let store = try RealStore()
        var heads: [String] = []
        for tag in ["v1", "v2"] {
            let push = await PushFixture().commandLine(store.journal)(
                "push", "app", "myapp:\(tag)", "--json")
            heads.append(try #require(try push.object()["head"] as? String))
        }
        let verify = try await store("history", "verify", "--head", heads[0], "--json").object()
        #expect(verify["head"] as? String == heads[1])
        let sequence = try #require(verify["noted_sequence"] as? Int)
        let event = await store("events", "--after", "\(sequence - 1)").lines.first
        #expect(event?.contains("io.enclavia.push.finished") == true)

        let lost = await PushFixture().commandLine(LostJournal())("push", "app", "myapp", "--json")
        #expect(lost.status == .unrecorded)
        #expect(try lost.object()["head"] is NSNull)
    }

    private static let failure = EngineError.failedAfterPush(
        reference: "r", digest: PushFixture.digest,
        output: "Signing and pushing trust metadata\nno keys at\u{1B}[2J notary")

    @Test func `a push that Docker failed to sign prints its digest and exits with 69`()
        async throws
    {
        let world = PushFixture(failure: Self.failure, signs: true)
        let push = await world.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--quiet")
        #expect(push.status == .unavailable)
        #expect(push.out == "registry.example.com/alice/myapp@\(PushFixture.digest)\n")
        let warnings = push.err.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
        #expect(warnings.count == 1, "\(push.err)")
        #expect(warnings.first?.contains("without a signature") == true)
        #expect(warnings.first?.contains("no keys at") == true)
        #expect(!push.err.contains("\u{1B}"))

        let json = await world.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--json")
        #expect(json.status == .unavailable)
        let value = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        #expect(value?["signing_failed"] as? Bool == true)
        #expect(value?["outcome"] as? String == "succeeded")
    }

    @Test func `an engine failure after the push is a warning, and push exits with 0`() async throws
    {
        let world = PushFixture(failure: Self.failure)
        let push = await world.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--json", "--quiet")
        #expect(push.status == .done)
        #expect(push.err.contains("warning: registry.example.com/alice/myapp:latest is in the"))
        #expect(push.err.contains("no keys at"))
        #expect(!push.out.contains("signing_failed"))
    }

    @Test func `on a terminal one line is redrawn, and erased at the end`() async throws {
        let clock = MovingClock()
        let heard = Recorder()
        let world = PushFixture(pushing: { output in
            output(.line("5f70bf18a086: Pushed"))
            output(.layers(done: 1, total: 2))
            clock.advance(seconds: 3)
            _ = try? await eventually { heard.text.contains("1/2 layers") }
        })
        var line = world.commandLine(try RealStore().journal)
        line.heard = heard
        line.stderr = CommandLineRun.terminal(80)
        line.system = clock
        let push = await line("push", "app", "myapp")
        #expect(push.err.contains("\r\u{1B}[K1/2 layers · 3 s"))
        #expect(!push.err.contains("5f70bf18a086"))
        #expect(
            push.err.contains("\r\u{1B}[Kstarted 1 build: e1\npushed alice/myapp:latest in 3.0 s: ")
        )

        line.heard = nil
        let plain = await line("push", "app", "myapp", "--progress", "plain")
        #expect(plain.err.contains("\n5f70bf18a086: Pushed\n"))
        #expect(!plain.err.contains("\u{1B}[K"))
    }

    @Test func `push prints a line after thirty seconds of silence, and not before`() async throws {
        let clock = MovingClock()
        let heard = Recorder()
        let world = PushFixture(pushing: { output in
            clock.advance(seconds: 29)
            output(.line("5f70bf18a086: Pushing"))
            clock.advance(seconds: 29)
            // The command checks for silence every second.
            await clock.isRead()
            output(.line("5f70bf18a086: Pushed"))
            clock.advance(seconds: 31)
            _ = try? await eventually { heard.text.contains("still pushing") }
        })
        var line = world.commandLine(try RealStore().journal)
        line.heard = heard
        line.system = clock
        let push = await line("push", "app", "myapp")
        let said = push.err.split(separator: "\n").filter { $0.contains("still pushing") }
        #expect(said == ["still pushing after 89 s"])
        #expect(push.err.contains("Pushed\nstill pushing"))
    }

    @Test func `a record that cannot be stored is printed as JSON that is safe on a terminal`()
        async throws
    {
        var line = PushFixture().commandLine(LostJournal())
        line.stderr = CommandLineRun.terminal(80)
        let push = await line("push", "app", "myapp", "--quiet")
        #expect(push.status == .unrecorded)
        let last = try #require(push.err.split(separator: "\n").last)
        #expect(!last.contains("\u{1B}"))
        let record = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        let context = record?["context"] as? [String: Any]
        #expect(context?["host"] as? String == "lap\u{1B}[2Jtop")
    }
}
