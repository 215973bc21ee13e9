import Foundation
import TestSupport
import Testing

/// A disk that fails while credentials are stored, and what is on it after a crash.
@Suite(.serialized)
struct CredentialsFaultTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 73)
        return sandbox
    }

    @Test func `a directory that cannot be synced does not make stored credentials a failure`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let before = try sandbox.secrets
        let directory = (sandbox.credentialsFile as NSString).deletingLastPathComponent
        _ = try await sandbox.control("POST", "expire", "{}")
        let push = try Launched(
            ["push", "app:v1", "app:sync"], in: sandbox,
            wrapper: [
                "strace", "-f", "-qq", "-o", "/dev/null", "-P", directory, "-e", "trace=fsync",
                "-e", "inject=fsync:error=EIO",
            ])
        #expect(try await push.status(within: 20) == 0, "\(push.err)")
        #expect(Set(try sandbox.secrets).isDisjoint(with: before))
        #expect(!push.err.contains("could not be stored"), "\(push.err)")
    }

    @Test func `a new configuration directory is on the disk before anybody is asked to log in`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let login = try Launched(
            ["auth", "login", "--no-browser"], in: sandbox,
            environment: ["XDG_CONFIG_HOME": "\(folder.path)/deep/config"],
            wrapper: [
                "strace", "-f", "-qq", "-y", "-o", "\(folder.path)/trace", "-e",
                "trace=fsync,mkdir,mkdirat",
            ])
        try await login.says("/oauth/authorize")
        let calls = try String(contentsOfFile: "\(folder.path)/trace", encoding: .utf8)
        for parent in ["", "/deep", "/deep/config"] {
            #expect(calls.contains("<\(folder.path)\(parent)>)"), "\(calls)")
        }
        _ = try await Run.program("pkill", ["-TERM", "-P", "\(login.identifier)"])
        #expect(try await login.status(within: 5) == 143, "\(login.err)")
    }
}
