import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import Glibc
import Testing

/// Which credentials files are used, by who can read and write them.
struct CredentialsTrustTests {
    /// An access token that has expired, with a refresh token.
    private static let expired =
        #"{"access_token":"acc-1","refresh_token":"ref-1","expires_at":"2026-08-01T11:00:00Z"}"#

    private func refusal(_ subject: String, _ reason: String) -> Result<Account?, BackendError> {
        .failure(.configuration(subject: subject, reason: reason))
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o444])
    func `a file that others can read is used, with one warning`(_ permissions: Int) throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating, permissions: permissions)
        #expect(chmod(fixture.directory, 0o755) == 0)
        #expect(try fixture.account().get()?.handle == "alice")
        #expect(try fixture.account().get()?.handle == "alice")
        #expect(fixture.readableFiles.all == [fixture.path])
    }

    @Test(arguments: [0o600, 0o400])
    func `a file that only its owner can read gives no warning`(_ permissions: Int) throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating, permissions: permissions)
        #expect(try fixture.account().get()?.handle == "alice")
        #expect(fixture.readableFiles.all.isEmpty)
    }

    @Test(arguments: [0o664, 0o666, 0o620, 0o602])
    func `a file that others can write is refused`(_ permissions: Int) throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating, permissions: permissions)
        #expect(
            fixture.account()
                == refusal(
                    fixture.path,
                    "can be written by other users: run `chmod 600 \(fixture.path)`"))
    }

    @Test(arguments: [0o777, 0o775, 0o1775])
    func `a directory that others can write is refused unless it is sticky`(
        _ permissions: mode_t
    ) throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating)
        #expect(chmod(fixture.directory, permissions) == 0)
        guard permissions & 0o1000 == 0 else {
            #expect(try fixture.account().get()?.handle == "alice")
            return
        }
        #expect(
            fixture.account()
                == refusal(
                    fixture.directory,
                    "can be written by other users: run `chmod 700 \(fixture.directory)`"))
    }

    @Test func `a pipe and a directory are not read`() throws {
        let fixture = try Fixture()
        #expect(mkdir(fixture.directory, 0o700) == 0 && mkfifo(fixture.path, 0o600) == 0)
        let response = refusal(fixture.path, "is not a regular file")
        #expect(fixture.account() == response)
        #expect(unlink(fixture.path) == 0 && mkdir(fixture.path, 0o700) == 0)
        #expect(fixture.account() == response)
    }

    /// The layout in which the kubelet mounts a Secret: `credentials.json` is a link into a directory that
    /// is replaced as a whole, and the mount's root has mode 1777.
    private func putSecret(_ fixture: borrowing Fixture, _ text: String, mode: mode_t) throws {
        try fixture.put(text)
        let version = fixture.directory + "/..2026_11_26"
        #expect(mkdir(version, 0o755) == 0)
        #expect(rename(fixture.path, version + "/credentials.json") == 0)
        #expect(chmod(version + "/credentials.json", mode) == 0)
        #expect(symlink("..2026_11_26", fixture.directory + "/..data") == 0)
        #expect(symlink("..data/credentials.json", fixture.path) == 0)
        #expect(chmod(fixture.directory, 0o1777) == 0)
    }

    @Test(arguments: [0o644, 0o640, 0o440, 0o400] as [mode_t])
    func `a Secret of Kubernetes is read`(_ mode: mode_t) throws {
        let fixture = try Fixture()
        try putSecret(fixture, CredentialsFileTests.rotating, mode: mode)
        let account = try fixture.account().get()
        #expect(account?.handle == "alice" && account?.source == .file(path: fixture.path))
    }

    @Test func `a link is never replaced, and no refresh is requested`() async throws {
        let fixture = try Fixture()
        let rotation = RefreshTests.Rotation()
        try await withStub(rotation.reply) { stub in
            try putSecret(fixture, Self.expired, mode: 0o600)
            #expect(chmod(fixture.directory, 0o700) == 0)
            let error = await errorOf { () async throws(BackendError) in
                try await fixture.backend(stub.url).registryAccess()
            }
            #expect(
                error
                    == .unauthorized(
                        reason: .refreshNotStorable(
                            path: fixture.path,
                            reason: "is a symbolic link, which is never replaced")))
            #expect(stub.requests.isEmpty)
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: fixture.path)
                    == "..data/credentials.json")
        }
        await fixture.transport.shutdown()
    }

    @Test func `a dangling link is an error that names its target`() throws {
        let fixture = try Fixture()
        #expect(mkdir(fixture.directory, 0o700) == 0 && symlink("gone", fixture.path) == 0)
        #expect(
            fixture.account()
                == refusal(fixture.path, "is a symbolic link to gone, which does not exist"))
    }

    @Test func `the directory of a link's target is checked too`() throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating)
        let other = fixture.root.string + "/shared"
        #expect(mkdir(other, 0o700) == 0 && chmod(other, 0o777) == 0)
        #expect(rename(fixture.path, other + "/real") == 0)
        #expect(symlink(other + "/real", fixture.path) == 0)
        #expect(
            fixture.account()
                == refusal(other, "can be written by other users: run `chmod 700 \(other)`"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func `a file, a directory or a link of another user is not used`() throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating)
        #expect(chown(fixture.path, 12345, 12345) == 0)
        let reason = "belongs to another user: run `sudo chown 0 "
        #expect(fixture.account() == refusal(fixture.path, "\(reason)\(fixture.path)`"))
        #expect(chown(fixture.path, 0, 0) == 0 && chown(fixture.directory, 12345, 0) == 0)
        #expect(fixture.account() == refusal(fixture.directory, "\(reason)\(fixture.directory)`"))
        #expect(chown(fixture.directory, 0, 0) == 0)
        #expect(rename(fixture.path, fixture.path + ".real") == 0)
        #expect(symlink("credentials.json.real", fixture.path) == 0)
        #expect(lchown(fixture.path, 12345, 12345) == 0)
        #expect(
            fixture.account()
                == refusal(
                    fixture.path, "is a symbolic link that belongs to another user: remove it"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `no chmod is suggested on a read-only file system`() throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating, permissions: 0o644)
        try fixture.sh(
            """
            mount --bind '\(fixture.directory)' '\(fixture.directory)'
            mount -o remount,bind,ro '\(fixture.directory)'
            """)
        let account = fixture.account()
        try fixture.sh("umount '\(fixture.directory)'")
        #expect(try account.get()?.handle == "alice")
        #expect(fixture.readableFiles.all.isEmpty)
    }
}
