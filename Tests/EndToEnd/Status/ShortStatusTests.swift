import Foundation
import TestSupport
import Testing

/// `status --short` beside `status --json`, after real pushes.
@Suite(.serialized)
struct ShortStatusTests {
    /// The mark of each kind of attention.
    private static let marks = [
        "notify_pending": "↑", "last_push_failed": "!", "notify_failed": "!", "interrupted": "~",
        "spooled": "+", "unverified": "≈",
    ]

    /// Checks the line, and that it says what `status` lists.
    private func expect(_ line: String, _ sandbox: Sandbox) async throws {
        let environment = ["LC_ALL": "C.UTF-8"]
        let short = try await sandbox.enclavia("status", "--short", environment: environment)
        #expect(short.out == (line.isEmpty ? "" : line + "\n"))
        #expect(short.err == "" && short.status == 0)
        let status = try await sandbox.enclavia("status", "--json", "--exit-code").object()
        let attention = try #require(status["attention"] as? [[String: Any]])
        var counts: [String: Int] = [:]
        for item in attention {
            let kind = try #require(item["kind"] as? String)
            counts[try #require(Self.marks[kind]), default: 0] += 1
        }
        let listed = ["↑", "!", "~", "+", "≈"].compactMap { mark in
            counts[mark].map { "\(mark)\($0)" }
        }
        #expect(listed.joined(separator: " ") == line)
        let coded = try await sandbox.enclavia("status", "--short", "--exit-code")
        #expect(coded.status == (line.isEmpty ? 0 : 1))
    }

    private func push(
        _ sandbox: Sandbox, _ image: String, _ destination: String, status: Int32 = 0
    ) async throws {
        let run = try await sandbox.enclavia("push", image, destination)
        #expect(run.status == status, "\(run.err)")
    }

    @Test func `the counts follow what happens to pushes`() async throws {
        let sandbox = try await Sandbox.start()
        try await expect("", sandbox)
        try await sandbox.image("a:v1", seed: 721)
        try await push(sandbox, "a:v1", "app:v1")
        try await expect("", sandbox)

        try await sandbox.faults(["notify": "500"])
        try await push(sandbox, "a:v1", "app:v1")
        try await expect("↑1", sandbox)
        try await push(sandbox, "missing:v1", "app:v2", status: 66)
        try await expect("↑1 !1", sandbox)
        try await sandbox.faults(["notify": "422"])
        try await push(sandbox, "a:v1", "refused:v1")
        try await sandbox.faults([:])
        try await expect("↑1 !2", sandbox)

        let killed = try await sandbox.shell(
            "strace -f -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:signal=KILL:when=2"
                + " enclavia push a:v1 app:v3; true")
        #expect(killed.status == 0)
        try await expect("↑1 !2 ~1", sandbox)

        let notify = try await sandbox.enclavia("notify", "--pending")
        #expect(notify.status == 0, "\(notify.err)")
        try await expect("!1 ~1", sandbox)
        _ = try await sandbox.enclavia("history", "reconcile")
        try await push(sandbox, "a:v1", "app:v2")
        try await push(sandbox, "a:v1", "app:v3")
        try await expect("", sandbox)
    }
}
