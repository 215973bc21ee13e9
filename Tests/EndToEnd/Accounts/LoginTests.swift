import Foundation
import TestSupport
import Testing

/// Logins, with a real HTTP client in the place of the browser.
@Suite(.serialized)
struct LoginTests {
    private static let shared = Task {
        try await Sandbox.start(["--credentials", "none"], engine: false)
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    /// A program that opens the page as a browser does, follows redirects, and saves what it gets
    /// next to itself.
    private func browser() async throws -> [String: String] {
        let folder = "\(try await sandbox().root)/browser-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        let script = """
            #!/bin/sh
            printf '%s' "$1" > '\(folder)/url'
            env > '\(folder)/environment'
            exec curl -sSL --noproxy '*' -o '\(folder)/page' "$1"

            """
        let path = "\(folder)/run"
        try Data(script.utf8).write(to: URL(filePath: path))
        chmod(path, 0o755)
        return ["BROWSER": path]
    }

    private func text(_ name: String, beside browser: [String: String]) throws -> String {
        let folder = (browser["BROWSER"] ?? "") as NSString
        return try String(
            contentsOfFile: "\(folder.deletingLastPathComponent)/\(name)", encoding: .utf8)
    }

    @Test func `a login in the browser is reported, stored and recorded`() async throws {
        let sandbox = try await sandbox()
        let browser = try await browser()
        let login = try await sandbox.enclavia(
            ["auth", "login", "--json"], environment: browser)
        #expect(login.status == 0, "\(login.err)")
        let answer = try login.object()
        #expect(answer["status"] as? String == "logged_in")
        #expect(answer["handle"] as? String == "alice")
        #expect(answer["backend"] as? String == sandbox.url)
        #expect(answer["source"] as? String == "file")
        #expect(answer["rotates"] as? Bool == true)

        // The URL is printed even if a browser was opened, and is the one that the browser opened.
        let url = try text("url", beside: browser)
        #expect(login.err.contains(url))
        #expect(url.contains("code_challenge_method=S256"))
        #expect(try text("page", beside: browser).contains("<html"))

        let mode = try FileManager.default.attributesOfItem(atPath: sandbox.credentialsFile)[
            .posixPermissions]
        #expect(mode as? Int == 0o600)
        let stored = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: sandbox.credentialsFile)))
        let token = try #require((stored as? [String: Any])?["access_token"] as? String)
        #expect(!login.err.contains(token) && !login.out.contains(token))

        let events = try await sandbox.shell(
            "enclavia events --type auth.login | tail -n 1 | jq -c '[.type, .data.handle]'")
        #expect(events.out == "[\"io.enclavia.auth.login\",\"alice\"]\n")
        #expect(
            try await sandbox.shell("! grep -r '\(token)' \(sandbox.stateDirectory)").status == 0)
    }

    @Test func `the browser process does not inherit ENCLAVIA_TOKEN`() async throws {
        let sandbox = try await sandbox()
        var environment = try await browser()
        environment["ENCLAVIA_TOKEN"] = "a-token-of-the-environment"
        let login = try await sandbox.enclavia(["auth", "login"], environment: environment)
        #expect(login.status == 0, "\(login.err)")
        #expect(
            login.err.contains("warning: the new login is not used while ENCLAVIA_TOKEN is set"))
        #expect(
            try !text("environment", beside: environment).contains("a-token-of-the-environment"))
    }

    @Test func `over SSH the ssh command that forwards the callback is printed`() async throws {
        let sandbox = try await sandbox()
        var environment = try await browser()
        environment["SSH_CONNECTION"] = "192.0.2.7 50022 192.0.2.9 2222"
        let login = try await sandbox.shell(
            "enclavia auth login --port 0", environment: environment)
        let line = try #require(
            login.err.split(separator: "\n").first { $0.contains("ssh -N -L ") })
        let port = try #require(
            login.err.split(separator: ":").last?.prefix { $0.isNumber }, "no port is printed")
        #expect(line.contains(" \(port):127.0.0.1:\(port) -p 2222 "))
        #expect(line.hasSuffix("@192.0.2.9"))
    }

    @Test(arguments: [
        ("authorize", "refused", 77, "unauthorized", "denied"),
        ("code", "refused", 77, "unauthorized", "refused the browser's code"),
        ("code", "garbage", 76, "protocol", "an invalid response"),
        ("code", "500", 69, "backend_unavailable", "failed: HTTP 500"),
        ("me", "401", 77, "unauthorized", "unauthorized"),
        ("me", "403", 77, "unauthorized", "unauthorized"),
    ])
    func `each login failure has its own message`(
        place: String, fault: String, status: Int32, kind: String, words: String
    ) async throws {
        let sandbox = try await sandbox()
        let before = try? String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
        try await sandbox.faults([place: fault])
        let login = try await sandbox.enclavia(
            ["auth", "login", "--json"], environment: browser())
        try await sandbox.faults([:])
        #expect(login.status == status, "\(login.out)\(login.err)")
        let answer = try login.object()
        #expect(answer["kind"] as? String == kind)
        #expect((answer["error"] as? String)?.contains(words) == true, "\(answer)")
        let after = try? String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
        #expect(
            after == before,
            "a failed login keeps the earlier one")
    }

    @Test(arguments: ["garbage", "500", "404"])
    func `a login succeeds and is recorded even if the backend does not return the handle`(
        _ fault: String
    ) async throws {
        let sandbox = try await sandbox()
        let count = "enclavia events --type auth.login | wc -l"
        let before = try await sandbox.shell(count).out
        let old = try? String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8)
        try await sandbox.faults(["me": fault])
        let login = try await sandbox.enclavia(
            ["auth", "login", "--json"], environment: browser())
        try await sandbox.faults([:])
        #expect(login.status == 0, "\(login.out)\(login.err)")
        #expect(try login.object()["handle"] is NSNull)
        #expect(login.err.contains("warning: you are logged in"))
        #expect(try String(contentsOfFile: sandbox.credentialsFile, encoding: .utf8) != old)
        #expect(try await sandbox.shell(count).out != before)
    }

    @Test func `a callback with another state gets 404, and the login keeps waiting`()
        async throws
    {
        let sandbox = try await sandbox()
        let run = try await sandbox.shell(
            """
            err=$(mktemp -p "$ENCLAVIA_SANDBOX_ROOT")
            fault() {
                curl -sS --noproxy '*' -H 'Content-Type: application/json' \\
                    -d "$1" "$ENCLAVIA_SANDBOX_URL/_sandbox/faults" >/dev/null
            }
            open() {
                curl -sSL --noproxy '*' -o /dev/null -w '%{http_code}\\n' "$(grep -o 'http.*' "$err" | head -1)"
            }
            enclavia auth login --no-browser --json 2>"$err" >"$err.out" & pid=$!
            for i in $(seq 400); do grep -q 'waiting for' "$err" && break; sleep 0.025; done
            fault '{"authorize": "bad-state"}'; open
            fault '{}'; open
            wait $pid; echo $?; cat "$err.out"
            """)
        let lines = run.out.split(separator: "\n", maxSplits: 3)
        #expect(lines.prefix(3) == ["404", "200", "0"], "\(run.out)\(run.err)")
        #expect(lines.last?.contains("logged_in") == true)
    }

    @Test func `an error names the port that is already in use`() async throws {
        let sandbox = try await sandbox()
        let port = try #require(sandbox.url.split(separator: ":").last)
        let login = try await sandbox.enclavia("auth", "login", "--port", "\(port)", "--no-browser")
        #expect(login.status == 69)
        #expect(login.err.contains("error: port \(port) on 127.0.0.1 is in use"))
    }

    @Test func `a signal ends the wait at once`() async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            set -m
            enclavia auth login --no-browser 2>'\(folder.path)/err' & pid=$!
            for i in $(seq 400); do grep -q 'waiting for' '\(folder.path)/err' && break; sleep 0.025; done
            kill -INT $pid; wait $pid
            """)
        #expect(run.status == 130)
    }

    @Test func `a user who is not logged in gets exit code 77, with and without JSON`()
        async throws
    {
        let sandbox = try await Sandbox.start(["--credentials", "none"], engine: false)
        let status = try await sandbox.enclavia("auth", "status")
        #expect(status.status == 77)
        #expect(status.out.isEmpty)
        #expect(status.err.contains("error: not logged in to \(sandbox.url)"))
        let json = try await sandbox.enclavia("--json", "auth", "status")
        #expect(json.status == 77)
        #expect(try json.object()["kind"] as? String == "not_logged_in")
        let logout = try await sandbox.enclavia("auth", "logout", "--json")
        #expect(logout.status == 0)
        #expect(try logout.object()["handle"] is NSNull)
        #expect(try await sandbox.enclavia("events").out.isEmpty, "there is nothing to record")
    }

    @Test func `a logout deletes the file and is recorded`() async throws {
        let sandbox = try await Sandbox.start(engine: false)
        let logout = try await sandbox.enclavia("auth", "logout", "--json")
        #expect(try logout.object()["status"] as? String == "logged_out")
        #expect(!FileManager.default.fileExists(atPath: sandbox.credentialsFile))
        #expect(try await sandbox.enclavia("auth", "status").status == 77)
        let events = try await sandbox.shell("enclavia events | jq -r .type")
        #expect(events.out == "io.enclavia.auth.logout\n")
    }
}
