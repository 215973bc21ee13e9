import Glibc

/// An entry of the machine's user database (passwd(5)).
package struct UserAccount: Hashable, Sendable {
    package let name: String
    /// The id of the group that the user logs in with.
    package let group: gid_t
    package let home: String

    /// The entry of the user whom the process belongs to; `nil` if the database has none, as in a container with an
    /// arbitrary user id.
    package static var current: UserAccount? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        while true {
            var found: UnsafeMutablePointer<passwd>?
            let failure = getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found)
            guard failure == ERANGE, buffer.count < largestEntry else {
                guard failure == 0, found != nil, let name = entry.pw_name,
                    let home = entry.pw_dir
                else { return nil }
                return UserAccount(
                    name: String(native: name), group: entry.pw_gid, home: String(native: home))
            }
            buffer = [CChar](repeating: 0, count: 2 * buffer.count)
        }
    }

    /// In bytes; a database with a larger entry is broken.
    private static let largestEntry = 1 << 20

    /// Whether the database has the user in `group`. A session keeps the groups that the user had at the login.
    package func isMember(of group: gid_t) -> Bool {
        var groups = [gid_t](repeating: 0, count: 1024)
        var count = Int32(groups.count)
        guard getgrouplist(name.native, self.group, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(group)
    }
}
