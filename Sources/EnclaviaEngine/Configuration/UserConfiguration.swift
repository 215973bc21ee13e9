import EnclaviaCore
import Glibc
import SystemPackage

/// The user's own configuration of the Docker client, which is read and never written.
struct UserConfiguration: Sendable {
    /// `DOCKER_CONFIG`, else `~/.docker`; absolute. `nil` where neither is known.
    let directory: String?
    let settings: [String: JSONValue]

    /// The settings that a push needs of the user's: how to reach the engine, and nothing secret.
    ///
    /// Left out are `auths`, `credsStore` and `credHelpers`, whose credentials are none of this push's,
    /// and `HttpHeaders`, which may hold some.
    static let carriedOver = ["currentContext", "proxies", "plugins", "cliPluginsExtraDirs"]

    private static let sizeLimit = 4 << 20

    /// - Throws: ``EngineError/configuration(path:reason:)`` for a file that is there and cannot be
    ///   used; one that is missing, or empty, is an empty configuration.
    init(environment: [String: String], home: String?) throws(EngineError) {
        directory = Self.directory(environment: environment, home: home)
        guard let directory else {
            settings = [:]
            return
        }
        let path = directory + "/config.json"
        let file: SmallFile
        do {
            file = try SmallFile.read(path, limit: Self.sizeLimit)
        } catch .noSuchFileOrDirectory, .notDirectory {
            settings = [:]
            return
        } catch {
            throw .configuration(path: path, reason: "\(error)")
        }
        guard !file.isCutOff else { throw .configuration(path: path, reason: "too large") }
        guard !file.text.allSatisfy(\.isWhitespace) else {
            settings = [:]
            return
        }
        guard let value = try? JSONText.decode(JSONValue.self, from: file.text),
            let settings = value.members
        else { throw .configuration(path: path, reason: "not a JSON object") }
        self.settings = settings
    }

    private static func directory(environment: [String: String], home: String?) -> String? {
        if let given = environment["DOCKER_CONFIG"], !given.isEmpty { return absolute(given) }
        return home.map { FilePath($0).appending(".docker").string }
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(native: here))/\(path)"
    }

    /// The private configuration of a push to `registry`, as JSON.
    ///
    /// The entry for the registry, empty though it is, keeps the client from choosing the machine's
    /// credential helper by itself.
    func privateConfiguration(for registry: String) -> [String: JSONValue] {
        var kept = settings.filter { Self.carriedOver.contains($0.key) }
        kept["auths"] = .object([registry: .object([:])])
        return kept
    }
}
