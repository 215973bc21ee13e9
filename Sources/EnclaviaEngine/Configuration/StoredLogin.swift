import EnclaviaCore
import EnclaviaSystem
import FoundationEssentials
import SystemPackage

/// Finds where the client stores the credentials of a login: in the private configuration, or, where
/// `DOCKER_CONFIG` does not reach the client (a snap, `sudo`, `flatpak-spawn`), in one of the user's.
///
/// Create it before the login. Files that cannot be read are treated as empty.
struct StoredLogin: Sendable {
    private let privatePath: String
    private let userPaths: [String]
    /// Those of them with an entry for the registry before the login.
    private let earlier: Set<String>

    /// - Parameter userDirectories: where the client's configuration may be when `DOCKER_CONFIG` does not
    ///   reach it.
    init(registry: String, privateDirectory: String, userDirectories: [String]) {
        privatePath = privateDirectory + "/config.json"
        userPaths = userDirectories.map { $0 + "/config.json" }
        earlier = Set(
            userPaths.filter { Self.entries($0).keys.contains { Self.isSame($0, registry) } })
    }

    /// The directories of the user's configurations: the configured one, the default one, and the snap's.
    static func userDirectories(_ configured: String?, home: String?) -> [String] {
        var found = configured.map { [$0] } ?? []
        if let home {
            for name in [".docker", "snap/docker/current/.docker"] {
                let path = FilePath(home).appending(name).string
                if !found.contains(path) { found.append(path) }
            }
        }
        return found
    }

    /// Whether the private configuration holds credentials. Its key for the registry may be a URL.
    var isPrivate: Bool {
        Self.entries(privatePath).values.contains { entry in
            ["auth", "identitytoken"].contains { entry.members?[$0]?.text?.isEmpty == false }
        }
    }

    /// Whether any of the user's files had an entry for the registry before the login.
    var hadEntry: Bool { !earlier.isEmpty }

    /// The user's file that contains `password`, in plain text or in Docker's base64 form.
    func strayFile(of handle: String, _ password: Secret) -> String? {
        let plain = password.reveal()
        guard !plain.isEmpty else { return nil }
        let encoded = Data("\(handle):\(plain)".utf8).base64EncodedString()
        return userPaths.first { path in
            Self.text(path).map { $0.contains(plain) || $0.contains(encoded) } ?? false
        }
    }

    func hadEntry(in path: String) -> Bool { earlier.contains(path) }

    private static func isSame(_ key: String, _ registry: String) -> Bool {
        var host = key[...]
        for scheme in ["https://", "http://"] where host.hasPrefix(scheme) {
            host = host.dropFirst(scheme.count)
        }
        return host.prefix { $0 != "/" } == registry
    }

    private static func text(_ path: String) -> String? {
        guard UserConfiguration.isRegular(path),
            let file = try? BoundedFile(FilePath(native: path), limit: UserConfiguration.limit)
        else { return nil }
        return file.text
    }

    private static func entries(_ path: String) -> [String: JSONValue] {
        guard let text = text(path),
            let value = try? JSONText.decode(JSONValue.self, from: FirstJSONValue.of(text))
        else { return [:] }
        return value.members?["auths"]?.members ?? [:]
    }
}
