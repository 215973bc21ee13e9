import Foundation
import TestSupport
import Testing

/// The examples of the manual, run as they are written, in a sandbox.
@Suite(.serialized) struct ExamplesTests {
    /// Logged in, with a local image, and one recorded push of it.
    private static let sandbox = Task {
        let sandbox = try await Sandbox.start(["--build-time", "1", "--postgresql"])
        try await sandbox.image("myapp:dev")
        let push = try await sandbox.enclavia("push", "myapp:dev", "myapp:v1")
        try #require(push.status == 0, "\(push.err)")
        return sandbox
    }

    /// Makes sure that the test below skips no command.
    @Test(arguments: ManualPage.all)
    func `the examples consist of commands only`(_ page: ManualPage) throws {
        let section = try #require(page.text.split(separator: ".Ss Examples\n").last)
        let examples = ManualPage(
            name: page.name, text: ".Ss Examples\n" + section.split(separator: "\n.Sh ")[0])
        #expect(!examples.text.contains(#/(?m)^\.(?:D1|Dl|Bd (?!-literal -offset indent$))/#))
        let lines = examples.displays.flatMap { $0.split(separator: "\n") }
        #expect(lines.count == examples.commands.count)
        let steps = HistoryStepsTests.steps.compactMap { page.part($0)?.commands }.flatMap { $0 }
        #expect(page.commands == steps + examples.commands, "a command outside of the examples")
    }

    @Test(arguments: ManualPage.all)
    func `the examples run`(_ page: ManualPage) async throws {
        let commands = page.commands
        try #require(!commands.isEmpty, "there are none")
        let sandbox = try await Self.sandbox.value
        let folder = try Folder()
        let script = (["set -eo pipefail"] + commands).joined(separator: "\n")
        let run = try await sandbox.shell(script, directory: folder.path)
        #expect(run.status == 0, "\(script)\n\(run.out)\n\(run.err)")
    }
}
