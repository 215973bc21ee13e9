import Foundation
import TestSupport
import Testing

/// A push leaves nothing behind and shows nothing to other users.
@Suite(.serialized)
struct PushPrivacyTests {
    /// A user with a context, a credential store that fails, proxies, and helpers that log their calls.
    private func user(
        _ sandbox: Sandbox
    ) async throws -> (home: Folder, environment: [String: String]) {
        let home = try Folder()
        for helper in ["secretservice", "pass", "broken"] {
            try home.write(
                "#!/bin/sh\necho \"$0 $*\" >>\(home.path)/helper-calls\nexit 1\n",
                to: "bin/docker-credential-\(helper)", mode: 0o755)
        }
        try home.write(
            """
            {"currentContext": "mine", "credsStore": "broken", "credHelpers": {"\(sandbox.registry)": "pass"},
             "auths": {"other.example.com": {"auth": "c2VjcmV0OnNlY3JldA=="}},
             "HttpHeaders": {"X-Meta": "secret"}, "proxies": {"default": {"noProxy": "127.0.0.1"}}}
            """, to: ".docker/config.json")
        // The folder of a context is named by the SHA-256 of the context's name.
        let hash = try await Run.shell("printf mine | sha256sum | cut -d' ' -f1")
        let folder = hash.out.trimmingCharacters(in: .newlines)
        try home.write(
            #"{"Name":"mine","Metadata":{},"Endpoints":{"docker":{"Host":"\#(sandbox.environment["DOCKER_HOST"] ?? "")","SkipTLSVerify":false}}}"#,
            to: ".docker/contexts/meta/\(folder)/meta.json")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (
            home,
            [
                "HOME": home.path, "DOCKER_CONFIG": "\(home.path)/.docker", "DOCKER_HOST": "",
                "PATH": "\(home.path)/bin:\(path)",
            ]
        )
    }

    @Test func `no credential helper runs, and the user's configuration stays as it was`()
        async throws
    {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("private:v1", seed: 41)
        let (home, environment) = try await user(sandbox)
        let before = try await Run.shell(
            "find .docker -type f | xargs sha256sum", directory: home.path)
        let push = try await sandbox.enclavia(
            ["push", "private:v1", "private:v1"], environment: environment)
        #expect(push.status == 0, "\(push.err)")
        let after = try await Run.shell(
            "find .docker -type f | xargs sha256sum", directory: home.path)
        #expect(before.out == after.out)
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/helper-calls"))
    }

    @Test func `a push creates no docker configuration, and the token stays in its file`()
        async throws
    {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("quiet:v1", seed: 42)
        let home = try Folder()
        let environment = ["HOME": home.path, "DOCKER_CONFIG": ""]
        for arguments in [["push", "quiet:v1", "quiet:v1"], ["push", "quiet:v1", "bob/quiet:v1"]] {
            _ = try await sandbox.enclavia(arguments, environment: environment)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).isEmpty)
        let credentials =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(filePath: sandbox.credentialsFile))) as? [String: Any]
        let token = try #require(credentials?["access_token"] as? String)
        for directory in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"] {
            let found = try await Run.program(
                "grep", ["-rlF", token, sandbox.environment[directory] ?? ""])
            let files = found.out.split(separator: "\n").map(String.init)
            #expect(files == (directory == "XDG_CONFIG_HOME" ? [sandbox.credentialsFile] : []))
        }
        let remainingFiles = try FileManager.default.contentsOfDirectory(
            atPath: sandbox.environment["XDG_RUNTIME_DIR"] ?? "")
        #expect(!remainingFiles.contains { $0.contains("docker") })
    }

    @Test func `no process has the token in its arguments`() async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("argv:v1", seed: 43)
        let folder = try Folder()
        let run = try await sandbox.shell(
            "strace -f -qq -s 4096 -e trace=execve -o \(folder.path)/trace enclavia push argv:v1 argv:v1"
        )
        #expect(run.status == 0, "\(run.err)")
        let trace = try String(contentsOfFile: "\(folder.path)/trace", encoding: .utf8)
        #expect(trace.contains("--password-stdin"))
        let credentials =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(filePath: sandbox.credentialsFile))) as? [String: Any]
        for key in ["access_token", "refresh_token"] {
            #expect(!trace.contains(try #require(credentials?[key] as? String)))
        }
    }

    @Test func `a password in the backend's URL is refused, and recorded nowhere`() async throws {
        let sandbox = try await Sandbox.start(engine: false)
        let push = try await sandbox.enclavia(
            "push", "app", "app:v1", "--json",
            environment: ["ENCLAVIA_BACKEND_URL": "https://bob:hunter2secret@127.0.0.1:9"])
        #expect(push.status == 78)
        let history = try await sandbox.enclavia("history", "--json")
        #expect(history.out.contains("https://127.0.0.1:9"))
        let found = try await Run.program(
            "grep", ["-rl", "hunter2secret", sandbox.stateDirectory])
        #expect(found.status == 1 && found.out == "", "\(found.out)")
        #expect(!(push.out + push.err + history.out).contains("hunter2secret"))
    }
}
