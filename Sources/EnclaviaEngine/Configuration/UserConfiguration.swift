import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// The user's own configuration of the Docker client, which is read and never written.
struct UserConfiguration: Sendable {
    /// `DOCKER_CONFIG`, else `~/.docker`; absolute. `nil` where neither is known.
    let directory: String?
    /// The usable settings; a missing or empty file is an empty configuration.
    let settings: ClientSettings
    /// Why the settings are not complete; `nil` where they are.
    let fault: EngineConfigurationFault?

    /// The client itself reads a file of any size.
    private static let mebibytes = 64
    /// In bytes.
    static let limit = mebibytes << 20

    init(environment: [String: String], home: String?) {
        directory = Self.directory(environment: environment, home: home)
        guard let directory else {
            settings = ClientSettings()
            fault = nil
            return
        }
        let path = directory + "/config.json"
        var reason: EngineConfigurationFault.Reason?
        do throws(Failure) {
            settings = try Self.settings(of: path)
            if !settings.wrongTypes.isEmpty { reason = .wrongTypes(settings.wrongTypes) }
        } catch {
            settings = ClientSettings()
            reason = error.reason
        }
        fault = reason.map { EngineConfigurationFault(path: path, reason: $0) }
    }

    struct Failure: Error {
        let reason: EngineConfigurationFault.Reason
    }

    /// What a file says; a missing or empty one says nothing.
    static func settings(of path: String) throws(Failure) -> ClientSettings {
        ClientSettings(try members(of: path))
    }

    private static func members(of path: String) throws(Failure) -> [String: JSONValue] {
        guard isRegular(path) else { throw Failure(reason: .notRegular) }
        let file: BoundedFile
        do {
            file = try BoundedFile(FilePath(native: path), limit: limit)
        } catch .noSuchFileOrDirectory {
            return [:]
        } catch {
            throw Failure(reason: .unreadable("\(error)"))
        }
        guard !file.isCutOff else { throw Failure(reason: .tooLarge(mebibytes: mebibytes)) }
        guard !file.text.allSatisfy(\.isWhitespace) else { return [:] }
        // `null` is an empty configuration; anything else that is not an object is one and the same fault.
        switch try? JSONText.decode(JSONValue.self, from: FirstJSONValue.of(file.text)) {
        case .object(let members): return members
        case .null: return [:]
        case nil, .bool, .integer, .number, .string, .array: throw Failure(reason: .notJSON)
        }
    }

    /// Whether a path is a regular file, or does not exist. A pipe, which would wait for a writer, and a device
    /// are never read.
    static func isRegular(_ path: String) -> Bool {
        FilePath(native: path).followedStatus.map { $0.type == .regular } ?? true
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
        var kept = settings.carriedOver
        kept["auths"] = .object([registry: .object([:])])
        return kept
    }
}
