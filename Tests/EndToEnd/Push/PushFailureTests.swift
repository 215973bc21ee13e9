import Foundation
import TestSupport
import Testing

/// The failures of a push: each with its exit code, its message, its JSON and its record.
@Suite(.serialized)
struct PushFailureTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 31)
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var faults: [String: String] = [:]
        var arguments = ["app:v1", "app:v1"]
        var environment: [String: String] = [:]
        let status: Int32
        let kind: String
        let stage: String?
        let words: String

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "missing image", arguments: ["apq:v1", "app:v1"], status: 66,
            kind: "image_not_found", stage: "inspect", words: "\"apq:v1\""),
        Case(
            name: "wrong owner", arguments: ["app:v1", "bob/app:v1"], status: 64, kind: "usage",
            stage: "authenticate", words: "\"bob\""),
        Case(
            name: "engine down", environment: ["DOCKER_HOST": "unix:///nonexistent/docker.sock"],
            status: 69, kind: "engine_unavailable", stage: "inspect",
            words: "/nonexistent/docker.sock"),
        Case(
            name: "no engine installed", environment: ["ENCLAVIA_ENGINE": "no-such-engine"],
            status: 69, kind: "engine_unavailable", stage: "inspect", words: "no-such-engine"),
        Case(
            name: "backend 500", faults: ["me": "500"], status: 69, kind: "backend_unavailable",
            stage: "authenticate", words: "failed: HTTP 500"),
        Case(
            name: "backend garbage", faults: ["me": "garbage"], status: 76, kind: "protocol",
            stage: "authenticate", words: "/me/registry"),
        Case(
            name: "backend wrong type", faults: ["me": "wrong-type"], status: 76, kind: "protocol",
            stage: "authenticate", words: "/me/registry"),
        Case(
            name: "backend huge", faults: ["me": "huge"], status: 76, kind: "protocol",
            stage: "authenticate", words: "/me/registry"),
        Case(
            name: "backend down",
            environment: ["ENCLAVIA_BACKEND_URL": "http://127.0.0.1:9", "ENCLAVIA_TOKEN": "t"],
            status: 69, kind: "backend_unavailable", stage: "authenticate",
            words: "http://127.0.0.1:9"),
        Case(
            name: "plain http off loopback",
            environment: ["ENCLAVIA_BACKEND_URL": "http://192.0.2.1", "ENCLAVIA_TOKEN": "t"],
            status: 78, kind: "config", stage: "authenticate", words: "http"),
        Case(
            name: "another backend than the credentials'",
            environment: ["ENCLAVIA_BACKEND_URL": "https://other.example.com"], status: 77,
            kind: "unauthorized", stage: "authenticate", words: "https://other.example.com"),
        Case(
            name: "a token that is refused", environment: ["ENCLAVIA_TOKEN": "wrong"], status: 77,
            kind: "unauthorized", stage: "authenticate", words: "ENCLAVIA_TOKEN"),
        Case(
            name: "no credentials", environment: ["XDG_CONFIG_HOME": "/nonexistent"], status: 77,
            kind: "not_logged_in", stage: "authenticate", words: "enclavia auth login"),
        Case(
            name: "lying digest", faults: ["registry": "lying-digest"], status: 76,
            kind: "digest_mismatch", stage: "verify", words: "sha256:"),
        Case(
            name: "registry down", faults: ["registry": "down"], status: 69,
            kind: "registry_unavailable", stage: "login", words: "registry"),
    ]

    @Test(arguments: cases)
    func `a failed push has its exit code, message, JSON and record`(_ example: Case) async throws {
        let sandbox = try await sandbox()
        try await sandbox.faults(example.faults)
        let words = try await sandbox.enclavia(
            ["push"] + example.arguments, environment: example.environment)
        #expect(words.status == example.status, "\(words.err)")
        #expect(words.out == "")
        let line = words.err.split(separator: "\n").first { $0.hasPrefix("error: ") }
        #expect(try #require(line).contains(example.words))

        let json = try await sandbox.enclavia(
            ["--json", "push"] + example.arguments, environment: example.environment)
        try await sandbox.faults([:])
        #expect(json.status == example.status)
        let failure = try json.object()
        #expect(
            Set(failure.keys)
                == ["error", "kind", "exit_code", "stage", "push_id", "hint", "retryable"])
        #expect(failure["kind"] as? String == example.kind)
        #expect(failure["stage"] as? String == example.stage)
        #expect(failure["exit_code"] as? Int == Int(example.status))
        let id = try #require(failure["push_id"] as? String)
        let row = try await sandbox.sql(
            "SELECT outcome, failure_stage, failure_kind FROM push_v1 WHERE id = '\(id)'")
        #expect(row == "failed|\(example.stage ?? "")|\(example.kind)")
    }

    @Test func `a push that fails early is found by its reference and by who made it`()
        async throws
    {
        let sandbox = try await sandbox()
        let actor = ["CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "carol"]
        let missing = try await sandbox.enclavia(
            ["push", "apq:v1", "early:v1"], environment: actor)
        #expect(missing.status == 66)
        let byReference = try await sandbox.enclavia(
            "history", "alice/early:v1", "--user", "carol", "--json")
        #expect((try byReference.json() as? [Any])?.count == 1)
        let lost = try await sandbox.enclavia(
            ["push", "app:v1", "lost:v1"],
            environment: actor.merging(["XDG_CONFIG_HOME": "/nonexistent"]) { $1 })
        #expect(lost.status == 77)
        #expect(
            try await sandbox.sql(
                "SELECT context_ci_actor FROM push_v1 WHERE destination = 'lost:v1'") == "carol")
    }

    @Test(arguments: [("{\"access_token\": 7}", "access_token"), ("no JSON", "is not JSON")])
    func `malformed credentials fail a push, and the error names the file`(
        _ text: String, _ words: String
    ) async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        let environment = ["XDG_CONFIG_HOME": folder.path]
        let script = "umask 077; mkdir -p enclavia; cat >enclavia/credentials.json"
        _ = try await Run.program("sh", ["-c", script], input: text, directory: folder.path)
        let push = try await sandbox.enclavia(
            ["push", "app:v1", "malformed:v1", "--json"], environment: environment)
        #expect(push.status == 78)
        let failure = try push.object()
        #expect(failure["kind"] as? String == "config")
        let sentence = try #require(failure["error"] as? String)
        #expect(sentence.contains("\(folder.path)/enclavia/credentials.json"))
        #expect(sentence.contains(words))
        let id = try #require(failure["push_id"] as? String)
        #expect(
            try await sandbox.sql(
                "SELECT outcome, failure_stage, failure_kind FROM push_v1 WHERE id = '\(id)'")
                == "failed|authenticate|config")
    }

    @Test func `a destination that breaks the grammar is refused and not recorded`() async throws {
        let sandbox = try await sandbox()
        for destination in ["App", "a/b/c", "app:", "app@sha256:0", "localhost:5000/app", "a b"] {
            let push = try await sandbox.enclavia("push", "app:v1", destination, "--json")
            #expect(push.status == 64)
            #expect(try push.object()["kind"] as? String == "usage")
            #expect(try push.object()["push_id"] is NSNull)
        }
    }

    @Test func `with --json a usage error is JSON too`() async throws {
        let sandbox = try await sandbox()
        for words in [
            ["--json"], ["--json", "push"], ["push", "--json", "a"], ["frobnicate", "--json"],
            ["push", "a", "b", "--bogus", "--json"],
            ["--json", "push", "a", "b", "--progress", "x"],
        ] {
            let run = try await sandbox.enclavia(words)
            #expect(run.status == 64, "\(words): \(run.out)\(run.err)")
            #expect(try run.object()["kind"] as? String == "usage", "\(words)")
        }
        let plain = try await sandbox.enclavia("push", "a")
        #expect(plain.status == 64)
        #expect(plain.out == "")
        #expect(plain.err.hasPrefix("error: "))
    }

    @Test(arguments: ["500", "garbage", "reset", "400"])
    func `a push succeeds with a warning if its notification fails`(_ fault: String) async throws {
        let sandbox = try await sandbox()
        try await sandbox.faults(["notify": fault])
        let push = try await sandbox.enclavia("push", "app:v1", "app:\(fault)", "--json")
        let required = try await sandbox.enclavia(
            "push", "app:v1", "app:\(fault)", "--json", "--require-notify")
        try await sandbox.faults([:])
        #expect(push.status == 0)
        #expect(push.err.contains("warning: the backend was not notified"))
        #expect(try push.object()["notify_failed"] as? Bool == true)
        #expect(required.status == 75)
        #expect(try required.object()["outcome"] as? String == "succeeded")
    }

    @Test(arguments: ["read-garbage", "read-500", "down"])
    func `status warns if the registry cannot be queried, and reports no moved tag`(_ fault: String)
        async throws
    {
        let sandbox = try await sandbox()
        _ = try await sandbox.enclavia("push", "app:v1", "asked:v1")
        try await sandbox.faults(["registry": fault])
        let status = try await sandbox.enclavia("status", "asked:v1", "--remote", "--json")
        try await sandbox.faults([:])
        let report = try status.object()
        #expect((report["attention"] as? [Any])?.isEmpty == true)
        let references = try #require(report["references"] as? [[String: Any]])
        #expect(references.count == 1 && references.first?["remote_digest"] is NSNull)
        #expect(
            (report["registry"] as? [String: Any])?["reachable"] as? Bool == (fault != "down"))
        #expect(status.err.contains("warning: the registry could not be queried for every tag"))
    }

    @Test func `a closed pipe does not change the exit code`() async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        try await sandbox.faults(["notify": "400"])
        for flag in ["", "--json"] {
            let run = try await sandbox.shell(
                "(enclavia push app:v1 app:gone --require-notify \(flag); echo $? >status) | :",
                directory: folder.path)
            #expect(
                try String(contentsOfFile: "\(folder.path)/status", encoding: .utf8) == "75\n",
                "\(run.err)")
        }
        try await sandbox.faults([:])
    }

    @Test func `the next push delivers pending notifications, the newest of each tag only`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.faults(["notify": "503"])
        _ = try await sandbox.enclavia("push", "app:v1", "late:v1")
        _ = try await sandbox.enclavia("push", "app:v1", "late:v1")
        try await sandbox.faults([:])
        #expect(try await sandbox.enclavia("push", "app:v1", "now:v1").status == 0)
        let outcomes = try await sandbox.sql(
            "SELECT notify_outcome FROM push_v1 WHERE repository = 'late' ORDER BY started_at")
        #expect(outcomes == "skipped\ndelivered")
    }

    @Test func `a token that runs out during a push is renewed and the push repeated`()
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.image("renewed:v1", seed: 32)
        try await sandbox.faults(["token": "expires-during-push*1"])
        let push = try await sandbox.enclavia("push", "renewed:v1", "renewed:v1")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        #expect(push.err.contains("expired: logging in"))
        #expect(
            try await sandbox.sql(
                "SELECT digest_verified FROM push_v1 WHERE repository = 'renewed'") == "1")
    }

    @Test(arguments: ["500", "429"])
    func `a push is repeated once if the registry is briefly unavailable`(_ fault: String)
        async throws
    {
        let sandbox = try await sandbox()
        try await sandbox.faults(["registry": "\(fault)*1,read-\(fault)*2"])
        let push = try await sandbox.enclavia("push", "app:v1", "busy:v\(fault)", "--json")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        #expect(push.err.contains("trying again in"))
        #expect(try push.object()["digest_verified"] as? Bool == true)
    }

    @Test(arguments: [false, true])
    func `a lost answer of the registry does not fail a push`(_ staysLost: Bool) async throws {
        let sandbox = try await sandbox()
        try await sandbox.faults(["registry": staysLost ? "lost-answer" : "lost-answer*1"])
        let push = try await sandbox.enclavia("push", "app:v1", "lostanswer:\(staysLost)")
        try await sandbox.faults([:])
        #expect(push.status == 0, "\(push.err)")
        #expect(push.out.contains("/alice/lostanswer@sha256:"))
    }

    @Test func `an expired access token is refreshed once, and the new one is kept`() async throws {
        let sandbox = try await sandbox()
        let before = try String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
        _ = try await sandbox.control("POST", "expire", "{}")
        #expect(try await sandbox.enclavia("push", "app:v1", "app:v1").status == 0)
        let after = try String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
        #expect(before != after)
        #expect(try await sandbox.enclavia("push", "app:v1", "app:v1").status == 0)
    }
}
