import EnclaviaCommands
import EnclaviaCore
import Testing

/// The command that `status` suggests for each item that needs attention.
struct AttentionMessagesTests {
    @Test(arguments: [
        ("image_not_found", "enclavia push <local-image> myapp:v1"),
        ("registry_unavailable", "enclavia push myapp:dev myapp:v1"),
        ("not_logged_in", "enclavia auth login && enclavia push myapp:dev myapp:v1"),
        ("unknown_of_another_version", "enclavia push <local-image> myapp:v1"),
    ])
    func `the suggested command repeats the push, or names a placeholder for an unusable image`(
        _ kind: String, _ command: String
    ) async throws {
        let store = try RealStore()
        await store.fail(
            Sample.push(1) { $0.localImage = "myapp:dev" }, kind: kind, message: "no",
            isKnown: kind != "not_logged_in")
        let outcome = await store.status()
        #expect(outcome.lines.contains("      \(command)"), "\(outcome.out)")
    }

    @Test(arguments: ["tag_exists", "tag_newer", "order_unknown", "digest_mismatch"])
    func `a policy refusal or a digest mismatch suggests history show, not another push`(
        _ kind: String
    ) async throws {
        let store = try RealStore()
        let push = Sample.push(1)
        await store.fail(push, kind: kind, message: "no")
        let outcome = await store.status()
        #expect(outcome.lines.contains("      enclavia history show \(push.id.text.suffix(8))"))
        #expect(!outcome.out.contains("enclavia push"))
    }

    @Test func `a terminal shows twenty things that need attention, and how many more there are`()
        async throws
    {
        let store = try RealStore()
        for number in 0..<23 {
            await store.fail(
                Sample.push(number, tag: "v\(number)"), kind: "registry_unavailable", message: "no")
        }
        func items(_ outcome: CommandLineRun.Outcome) -> Int {
            outcome.lines.filter { $0.hasPrefix("      enclavia push ") }.count
        }
        let shown = await store.status(width: 80)
        #expect(items(shown) == 20)
        #expect(shown.lines.filter { $0 == "and 3 more: enclavia status | less" }.count == 2)
        let piped = await store.status()
        #expect(items(piped) == 23)
        #expect(!piped.out.contains("more:"))
    }

    @Test func `a suggested command cannot inject another command`() async throws {
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
