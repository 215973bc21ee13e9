import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// What `push` says and how, with nothing real beside it but the store.
struct PushCommandTests {
    private static let lines = PushWorld(pushing: { output in
        output(.line("5f70bf18a086: Pushed"))
        output(.layers(done: 1, total: 2))
    })

    @Test func `off a terminal the engine's own lines pass through`() async throws {
        let push = await Self.lines.commandLine(try RealStore().journal)("push", "app", "myapp")
        #expect(push.status == .done)
        #expect(push.out == "registry.example.com/alice/myapp@\(PushWorld.digest)\n")
        #expect(push.err.contains("\n5f70bf18a086: Pushed\n"))
        #expect(!push.err.contains("\u{1B}"))
    }

    @Test func `with --progress none the engine's lines are left out, and the prose stays`()
        async throws
    {
        let push = await Self.lines.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--progress", "none")
        #expect(!push.err.contains("5f70bf18a086"))
        #expect(push.err.contains("\npushed alice/myapp:latest in "))
    }

    private static let failure = EngineError.failedAfterPush(
        reference: "r", digest: PushWorld.digest,
        output: "Signing and pushing trust metadata\nno keys at\u{1B}[2J notary")

    @Test func `an image that Docker failed to sign is shown, and is exit 69`() async throws {
        let world = PushWorld(failure: Self.failure, signs: true)
        let push = await world.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--quiet")
        #expect(push.status == .unavailable)
        #expect(push.out == "registry.example.com/alice/myapp@\(PushWorld.digest)\n")
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

    @Test func `a failure of the engine after the push is told, and is exit 0`() async throws {
        let world = PushWorld(failure: Self.failure)
        let push = await world.commandLine(try RealStore().journal)(
            "push", "app", "myapp", "--json", "--quiet")
        #expect(push.status == .done)
        #expect(push.err.contains("warning: registry.example.com/alice/myapp:latest is in the"))
        #expect(push.err.contains("no keys at"))
        #expect(!push.out.contains("signing_failed"))
    }

    @Test func `on a terminal one line is redrawn, and taken away in the end`() async throws {
        let clock = MovingClock()
        let heard = Recorder()
        let world = PushWorld(pushing: { output in
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

    @Test func `thirty seconds of silence are broken by a line, and fewer are not`() async throws {
        let clock = MovingClock()
        let heard = Recorder()
        let world = PushWorld(pushing: { output in
            clock.advance(seconds: 29)
            output(.line("5f70bf18a086: Pushing"))
            clock.advance(seconds: 29)
            // Silence is looked for each second.
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

    @Test func `the record that could be kept nowhere is safe on a terminal, and still JSON`()
        async throws
    {
        var line = PushWorld().commandLine(LostJournal())
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
