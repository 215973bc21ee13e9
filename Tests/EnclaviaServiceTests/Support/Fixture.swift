import EnclaviaCore
import EnclaviaService
import Foundation
import Synchronization
import SystemPackage

/// A clock that stands still until it is moved, and a random source.
final class FixedSystem: SystemEnvironment {
    private let moment: Mutex<Timestamp>

    init(_ text: String = "2026-08-01T12:00:00Z") {
        moment = Mutex(Timestamp(text) ?? Timestamp(milliseconds: 0))
    }

    func now() -> Timestamp { moment.withLock { $0 } }

    func random() -> (UInt64, UInt64) {
        var generator = SystemRandomNumberGenerator()
        return (generator.next(), generator.next())
    }

    func advance(seconds: Int64) {
        moment.withLock { $0 = $0.adding(milliseconds: seconds * 1000) }
    }
}

/// A configuration directory of one test, and the services that the composition root would create for it.
struct Fixture: ~Copyable {
    let root: FilePath
    let system = FixedSystem()
    let transport = Transport(NetworkSettings(userAgent: "enclavia/1.2.3"))
    /// The warnings of files that others can read.
    let readableFiles = Notes()
    private let readableFile: ReadableFileWarning

    /// Texts in the order in which they were added.
    final class Notes: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    init() throws {
        readableFile = ReadableFileWarning { [readableFiles] in readableFiles.add($0) }
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
        ServiceSettings(
            configDirectory: directory, backendURL: backend, token: token,
            readableFile: readableFile)
    }

    func backend(_ url: String? = nil, token: String? = nil) -> EnclaviaBackend {
        EnclaviaBackend(
            settings: settings(backend: url, token: token), transport: transport,
            system: system)
    }

    func accounts(_ url: String? = nil, token: String? = nil) -> EnclaviaAccounts {
        EnclaviaAccounts(
            settings: settings(backend: url, token: token), transport: transport,
            system: system)
    }

    /// The account, or why there is none.
    func account() -> Result<Account?, BackendError> {
        do throws(BackendError) {
            return .success(try accounts().account())
        } catch {
            return .failure(error)
        }
    }

    /// Runs a shell script, which must succeed.
    func sh(_ script: String) throws {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-e", "-c", script]
        try shell.run()
        shell.waitUntilExit()
        guard shell.terminationStatus == 0 else { throw ScriptFailure(script: script) }
    }

    struct ScriptFailure: Error {
        let script: String
    }

    /// Writes `text` to the credentials file.
    func put(_ text: String, permissions: Int = 0o600) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: permissions], ofItemAtPath: path)
    }

    /// The content of the credentials file.
    func content() throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }
}

/// The notification of a push to `alice/app:v1`.
///
/// - Parameter backend: the URL that the push was made for.
func notification(
    _ backend: String, repository: String = "app", key: String = "key-1", limit: Int64? = nil
) throws -> PushNotification {
    PushNotification(
        backend: backend,
        reference: ImageReference(
            registry: "registry.example.com", owner: "alice", repository: repository, tag: "v1"),
        digest: Digest(of: Array("manifest".utf8)),
        pushID: FixedSystem().newID(), idempotencyKey: key, limitMilliseconds: limit)
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

/// The error of a call to the backend at `url`; `nil` if it succeeds.
func backendError(_ settings: NetworkSettings, _ url: String) async throws -> BackendError? {
    let fixture = try Fixture()
    let transport = Transport(settings)
    let backend = EnclaviaBackend(
        settings: fixture.settings(backend: url, token: "secret-token"), transport: transport,
        system: fixture.system)
    let error = await errorOf { () async throws(BackendError) in try await backend.stop("e1") }
    await transport.shutdown()
    return error
}
