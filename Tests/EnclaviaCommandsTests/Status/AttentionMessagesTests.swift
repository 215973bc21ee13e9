import EnclaviaCommands
import EnclaviaCore
import Testing

/// The command that `status` shows beside what needs attention.
struct AttentionMessagesTests {
    @Test(arguments: [
        ("image_not_found", "enclavia push <local-image> myapp:v1"),
        ("registry_unavailable", "enclavia push myapp:dev myapp:v1"),
        ("not_logged_in", "enclavia auth login && enclavia push myapp:dev myapp:v1"),
        ("unknown_of_another_version", "enclavia push <local-image> myapp:v1"),
    ])
    func `the command that helps is the push again, of another image where that one cannot help`(
        _ kind: String, _ command: String
    ) async throws {
        let store = try RealStore()
        await store.fail(
            Sample.push(1) { $0.localImage = "myapp:dev" }, kind: kind, message: "no",
            isKnown: kind != "not_logged_in")
        let outcome = await store.status()
        #expect(outcome.lines.contains("      \(command)"), "\(outcome.out)")
    }

    @Test func `no command that is shown runs another`() async throws {
        let store = try RealStore()
        for (number, image) in ["$(touch x)", "a; b", "-it", "a\u{202E}b"].enumerated() {
            await store.fail(
                Sample.push(number, tag: "v\(number)") { $0.localImage = image },
                kind: "registry_unavailable", message: "\(image)")
        }
        let outcome = await store.status()
        let commands = outcome.lines.filter { $0.hasPrefix("      enclavia") }
        #expect(commands.count == 4)
        for command in commands { #expect(command.contains("push <local-image> myapp:v")) }
        #expect(!outcome.out.contains("\u{202E}"))
    }
}
