import EnclaviaCore
import EnclaviaService
import Foundation
import Testing

/// A logout leaves no token behind, or reports which one it left.
struct LogoutTests {
    private static let content = #"{"access_token":"acc-1","refresh_token":"ref-1"}"#

    private func logout(_ fixture: borrowing Fixture) async -> BackendError? {
        let accounts = fixture.accounts()
        return await errorOf { () async throws(BackendError) in try await accounts.logout() }
    }

    private func names(_ fixture: borrowing Fixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.directory).sorted()
    }

    @Test func `a logout removes the file and returns its account`() async throws {
        let fixture = try Fixture()
        let accounts = fixture.accounts()
        #expect(try await accounts.logout() == nil)
        try fixture.put(
            #"{"access_token":"a","handle":"alice","backend_url":"https://x.example"}"#)
        let gone = try await accounts.logout()
        #expect(gone?.handle == "alice" && gone?.backend == "https://x.example")
        #expect(access(fixture.path, F_OK) != 0)
        try fixture.put("garbage", permissions: 0o644)
        #expect(try await accounts.logout()?.backend == "https://api.beta.enclavia.io")
        #expect(try await accounts.logout() == nil)
    }

    @Test(arguments: [true, false])
    func `a logout removes what a killed process left`(_ hasFile: Bool) async throws {
        let fixture = try Fixture()
        try fixture.put(Self.content)
        try StorageTests.putDraft(fixture, Self.content)
        if !hasFile { try FileManager.default.removeItem(atPath: fixture.path) }
        #expect(try await fixture.accounts().logout() != nil)
        #expect(try names(fixture) == ["credentials.lock"])
    }

    @Test func `a draft that cannot be removed does not prevent the removal of the file`()
        async throws
    {
        let fixture = try Fixture()
        try fixture.put(Self.content)
        let draft = fixture.directory + "/.credentials.json.new"
        #expect(mkdir(draft, 0o700) == 0)
        #expect(
            await logout(fixture)
                == .configuration(subject: draft, reason: "cannot be removed: is a directory"))
        #expect(try names(fixture) == [".credentials.json.new", "credentials.lock"])
    }

    @Test func `a logout reports that the target of a link is not removed`() async throws {
        let fixture = try Fixture()
        try fixture.put(Self.content)
        try StorageTests.putDraft(fixture, Self.content)
        #expect(rename(fixture.path, fixture.directory + "/real") == 0)
        #expect(symlink("real", fixture.path) == 0)
        #expect(
            await logout(fixture)
                == .configuration(
                    subject: fixture.path,
                    reason: "is a symbolic link, and its target (real) is not removed:"
                        + " remove both"))
        #expect(try names(fixture) == ["credentials.json", "credentials.lock", "real"])
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root can mount, and make a file immutable"),
        arguments: [
            (StorageTests.Obstacle.mountedFile, "it is a mount point: unmount it"),
            (.immutableFile, "operation not permitted"),
            (.readOnlyDirectory, "read-only file system"),
        ])
    func `a logout that cannot remove the file fails with the reason`(
        _ obstacle: StorageTests.Obstacle, _ words: String
    ) async throws {
        let fixture = try Fixture()
        try fixture.put(Self.content)
        try obstacle.put(fixture)
        let error = await logout(fixture)
        try obstacle.remove(fixture)
        guard case .configuration(fixture.path, let reason) = error else {
            Issue.record("no failure: \(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("cannot be removed: ") && reason.contains(words), "\(reason)")
    }
}
