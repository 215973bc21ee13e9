import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import Synchronization
import SystemPackage

/// A clock that stands still until it is moved, and dice.
final class FixedSurroundings: Surroundings {
    private let moment: Mutex<Timestamp>

    init(_ text: String = "2026-08-01T12:00:00Z") {
        moment = Mutex(Timestamp(text) ?? Timestamp(milliseconds: 0))
    }

    func now() -> Timestamp { moment.withLock { $0 } }

    func random() -> (UInt64, UInt64) {
        var dice = SystemRandomNumberGenerator()
        return (dice.next(), dice.next())
    }

    func advance(seconds: Int64) {
        moment.withLock { $0 = $0.adding(milliseconds: seconds * 1000) }
    }
}

/// A configuration directory of a test's own, and what the composition root would make of it.
struct Fixture: ~Copyable {
    let root: FilePath
    let surroundings = FixedSurroundings()
    let transport = Transport(NetworkSettings(userAgent: "enclavia/1.2.3"))

    init() throws {
        root = FilePath("/tmp/enclavia-service-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(
            atPath: root.string, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root.string)
    }

    var directory: String { root.appending("enclavia").string }
    var path: String { directory + "/credentials.json" }

    func settings(backend: String? = nil, token: String? = nil) -> ServiceSettings {
        ServiceSettings(configDirectory: directory, backendURL: backend, token: token)
    }

    func backend(_ url: String? = nil, token: String? = nil) -> EnclaviaBackend {
        EnclaviaBackend(
            settings: settings(backend: url, token: token), transport: transport,
            surroundings: surroundings)
    }

    /// Puts `text` where the credentials are read from.
    func put(_ text: String, permissions: Int = 0o600) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: permissions], ofItemAtPath: path)
    }

    /// What lies in the file.
    func content() throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }
}

/// A push to `alice/app:v1` that a backend is told of.
func notification(
    repository: String = "app", key: String = "key-1", limit: Int64? = nil
) throws -> PushNotification {
    PushNotification(
        reference: ImageReference(
            registry: "registry.example.com", owner: "alice", repository: repository, tag: "v1"),
        digest: Digest(of: Array("manifest".utf8)),
        pushID: FixedSurroundings().newID(), idempotencyKey: key, limitMilliseconds: limit)
}

/// The error that `body` throws, or `nil`.
func errorOf<Value, Failure: Error>(
    _ body: () async throws(Failure) -> Value
) async -> Failure? {
    do throws(Failure) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
