import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Foundation
import TestSupport
import Testing

/// What `status` prints for people, and its JSON, on a real store.
struct StatusScreenTests {
    /// A tag with a succeeded push, and then a failed push to it with a mistyped image.
    private func mistyped() async throws -> RealStore {
        let store = try RealStore()
        await store.succeed(Sample.push(1, at: "2026-11-17T09:00:00Z"))
        await store.fail(
            Sample.push(2, at: "2026-11-23T11:55:00Z") { $0.localImage = "mapp" },
            kind: "image_not_found", message: "no local image \"mapp\"")
        return store
    }

    @Test func `status shows attention items, then the tags, then account and history`()
        async throws
    {
        let store = try await mistyped()
        let outcome = await store.status(width: 80)
        let digest = Sample.digest("manifest 1").hex.prefix(12)
        let push = Sample.push(2, at: "2026-11-23T11:55:00Z").id.text.suffix(8)
        #expect(
            outcome.out.hasPrefix(
                """
                needs attention
                  alice/myapp:v1  push \(push) failed 4 min ago: no local image "mapp"
                      enclavia push <local-image> myapp:v1

                REFERENCE       DIGEST        SINCE   WHO    COMMIT   BACKEND
                alice/myapp:v1  \(digest)  Nov 17  alice  0123456  told

                account   not logged in
                registry  registry.example.com
                history   2 pushes
                """), "\(outcome.out)")
        #expect(outcome.status == .done && outcome.err.isEmpty)
    }

    @Test func `the JSON of a tag whose newest push failed has the image that the tag points at`()
        async throws
    {
        let store = try await mistyped()
        let status = try await store.status("--json").object()
        let reference = try #require((status["references"] as? [[String: Any]])?.first)
        let live = Sample.push(1, at: "2026-11-17T09:00:00Z")
        #expect(reference["outcome"] as? String == "failed")
        #expect(reference["digest"] is NSNull)
        let points = try #require(reference["points_at"] as? [String: Any])
        #expect(points["push_id"] as? String == live.id.text)
        #expect(points["digest"] as? String == Sample.digest("manifest 1").description)
        #expect(points["pushed_at"] as? String == "2026-11-17T09:00:00.501Z")
        #expect(points["user"] as? String == "alice")
        #expect(points["commit"] as? String == "0123456789abcdef")
        #expect(points["notify_outcome"] as? String == "delivered")
        let attention = try #require((status["attention"] as? [[String: Any]])?.first)
        #expect(attention["kind"] as? String == "last_push_failed")
        #expect(attention["reference"] as? String == "registry.example.com/alice/myapp:v1")
        #expect(attention["message"] as? String == "no local image \"mapp\"")
    }

    @Test(
        arguments: [
            ([], EnclaviaCommands.ExitStatus.negative),
            (["--since", "2026-11-23T11:55:00Z"], .negative),
            (["--since", "1 minute ago"], .done), (["--since", "sunday"], .negative),
            (["--since", "nonsense"], .usage),
        ] as [([String], EnclaviaCommands.ExitStatus)])
    func `a failed push makes status exit with 1 until a push succeeds or --since excludes it`(
        _ words: [String], _ status: EnclaviaCommands.ExitStatus
    ) async throws {
        let store = try await mistyped()
        #expect(await store.status(["--exit-code"] + words).status == status)
        await store.succeed(Sample.push(3, at: "2026-11-23T11:59:00Z"))
        if status != .usage {
            #expect(await store.status(["--exit-code"] + words).status == .done)
        }
    }

    @Test func `a reference whose pushes all failed points at nothing`() async throws {
        let store = try RealStore()
        await store.fail(Sample.push(1), kind: "registry_unavailable", message: "away")
        let outcome = await store.status()
        #expect(outcome.out.contains("      enclavia push myapp myapp:v1\n"), "\(outcome.out)")
        #expect(outcome.lines.contains { $0.hasPrefix("alice/myapp:v1  failed  -") })
        let status = try await store.status("--json").object()
        let reference = try #require((status["references"] as? [[String: Any]])?.first)
        #expect(reference["points_at"] is NSNull)
    }

    @Test func `a terminal shows the newest twenty tags and how many more there are`() async throws
    {
        let store = try RealStore()
        try await store.take(
            (0..<34).map { Sample.push($0, tag: "v\($0)", at: "2026-11-20T10:00:00Z") })
        let shown = await store.status(width: 80)
        #expect(shown.lines.filter { $0.hasPrefix("alice/") }.count == 20)
        #expect(shown.lines.contains("and 14 more: enclavia status | less"), "\(shown.out)")
        #expect(shown.lines.contains { $0.hasPrefix("alice/myapp:v33 ") })
        #expect(!shown.lines.contains { $0.hasPrefix("alice/myapp:v13 ") })
        let piped = await store.status()
        #expect(piped.lines.filter { $0.hasPrefix("alice/") }.count == 34)
        #expect(!piped.out.contains("more:"))
        #expect(shown.lines.first == "nothing needs attention")
    }

    @Test(arguments: [80, 120])
    func `a table with tags of 128 characters and wide user names fits`(_ width: Int) async throws {
        let store = try RealStore()
        let tags = [String(repeating: "t", count: 128), "v1"]
        try await store.take(
            tags.enumerated().map { number, tag in
                Sample.push(number, tag: tag) {
                    $0.context.user = number == 0 ? "管理者の太郎" : "\u{5E9}\u{5DC}\u{5D5}\u{5DD}"
                }
            })
        let outcome = await store.status(width: width)
        let table = outcome.lines.drop { !$0.hasPrefix("REFERENCE") }.prefix(3)
        #expect(table.count == 3)
        for line in table { #expect(TerminalText.width(line) <= width, "\(line)") }
        #expect(table.first?.contains("  WHO ") == true)
        #expect(table.allSatisfy { $0.contains("BACKEND") || $0.contains("told") })
    }

    @Test func `tags of several registries are shown with their registry`() async throws {
        let store = try RealStore()
        let here = Sample.push(2)
        let other = Sample.push(1) {
            $0.reference = ImageReference(
                registry: "other.example.com", owner: "alice", repository: "myapp", tag: "v1")
        }
        try await store.take([here])
        #expect(await store.status(width: 120).out.contains("\nalice/myapp:v1  "))
        try await store.take([other])
        let both = await store.status(width: 120).out
        #expect(both.contains("\nregistry.example.com/alice/myapp:v1  "))
        #expect(both.contains("\nother.example.com/alice/myapp:v1  "))
    }

    @Test func `an unknown reference is an error that names the nearest one`() async throws {
        let store = try await mistyped()
        for (typed, hint) in [
            ("mapp:v1", "did you mean alice/myapp:v1?"), ("myapp", "did you mean alice/myapp:v1?"),
            ("nope:1", nil),
        ] as [(String, String?)] {
            let outcome = await store.status(typed, "--json", "--exit-code")
            #expect(outcome.status == .negative)
            let error = try outcome.object()
            #expect(error["kind"] as? String == "not_found")
            #expect(error["error"] as? String == "the history has no push of \"\(typed)\"")
            #expect(error["hint"] as? String == hint, "\(typed)")
        }
        #expect(await store.status("myapp:v1").status == .done)
    }

    @Test func `if a push left the image unchanged, SINCE and WHO are the earlier push's`()
        async throws
    {
        let store = try RealStore()
        await store.succeed(Sample.push(1, at: "2026-11-17T09:00:00Z"))
        await store.succeed(
            Sample.push(2, at: "2026-11-23T11:00:00Z") { push in
                push.state = .succeeded(
                    PushedManifest(
                        digest: Sample.digest("manifest 1"), isVerified: true,
                        pushedAt: push.startedAt))
                push.context.user = "bob"
                push.notify = NotifyRecord(outcome: .pending, attempts: 1)
            })
        let outcome = await store.status(width: 80)
        let row = try #require(
            outcome.lines.first { $0.hasPrefix("alice/myapp:v1  ") && $0.contains("Nov") })
        #expect(row.hasSuffix("Nov 17  alice  0123456  pending"))
    }
}
