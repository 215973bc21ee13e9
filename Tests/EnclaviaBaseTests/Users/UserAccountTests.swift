import EnclaviaBase
import TestSupport
import Testing

/// The user in the machine's user database.
struct UserAccountTests {
    @Test func `the account matches the system's tools`() async throws {
        let account = try #require(UserAccount.current)
        #expect(account.name == (try await Shell.run("id -un")))
        #expect(
            account.home == (try await Shell.run("getent passwd \(account.name) | cut -d: -f6")))
        for group in try await Shell.run("id -G \(account.name)").split(separator: " ") {
            #expect(account.isMember(of: try #require(UInt32(group))))
        }
        #expect(!account.isMember(of: 4_242_424))
    }
}
