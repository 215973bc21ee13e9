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

    @Test func `credentials count as stored even if their directory cannot be synced`()
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

    /// Runs `auth status --remote` with an expired access token while system calls fail.
    private func ask(_ sandbox: Sandbox, _ injection: [String]) async throws -> Launched {
        _ = try await sandbox.control("POST", "expire", "{}")
        try await sandbox.clearLog()
        return try Launched(
            ["auth", "status", "--remote", "--json"], in: sandbox,
            wrapper: ["strace", "-f", "-qq", "-o", "/dev/null"] + injection)
    }

    @Test func `a disk that is full at the sync is noticed before a refresh is requested`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let before = try sandbox.secrets
        let directory = (sandbox.credentialsFile as NSString).deletingLastPathComponent
        let status = try await ask(
            sandbox,
            [
                "-P", "\(directory)/.credentials.json.new", "-e", "trace=fsync",
                "-e", "inject=fsync:error=ENOSPC",
            ])
        #expect(try await status.status(within: 20) == 77, "\(status.err)")
        #expect(
            status.out.contains("was not refreshed, because the new one could not be stored"))
        #expect(status.out.contains("no space left on device"))
        #expect(status.out.contains("ENCLAVIA_TOKEN") && status.out.contains(#"{\"token\"}"#))
        #expect(try await sandbox.log("/oauth/token").isEmpty)
        #expect(try sandbox.secrets == before)
    }

    @Test func `a refreshed token whose file cannot be renamed is kept for the next command`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let directory = (sandbox.credentialsFile as NSString).deletingLastPathComponent
        let status = try await ask(
            sandbox,
            [
                "-P", "\(directory)/.credentials.json.new", "-e", "trace=rename,renameat,renameat2",
                "-e", "inject=rename,renameat,renameat2:error=EIO",
            ])
        #expect(try await status.status(within: 20) == 77, "\(status.err)")
        #expect(status.out.contains("the backend issued a new token, but it could not be stored"))
        #expect(try await sandbox.log("/oauth/token").count == 1)
        #expect(try await sandbox.enclavia("auth", "status", "--remote").status == 0)
        #expect(try await sandbox.log("/oauth/token").count == 1)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `a mount point is recognized on a kernel without statx`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let file = sandbox.credentialsFile
        let mount = try await sandbox.shell(
            "cp -p '\(file)' '\(folder.path)/source' && mount --bind '\(folder.path)/source' '\(file)'"
        )
        try #require(mount.status == 0, "\(mount.err)")
        let status = try await ask(
            sandbox, ["-P", file, "-e", "trace=statx", "-e", "inject=statx:error=ENOSYS"])
        let code = try await status.status(within: 20)
        let asked = try await sandbox.log("/oauth/token").count
        let unmount = try await sandbox.shell("umount '\(file)'")
        try #require(unmount.status == 0, "\(unmount.err)")
        #expect(code == 77, "\(status.err)")
        #expect(status.out.contains("is a mount point, which cannot be replaced"), "\(status.out)")
        #expect(asked == 0)
    }

    @Test func `a new configuration directory is synced before the user is asked to log in`()
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
