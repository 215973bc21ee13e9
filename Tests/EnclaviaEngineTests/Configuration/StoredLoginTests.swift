import EnclaviaCore
import EnclaviaEngine
import Foundation
import Testing

/// Clients that do not store a login's credentials where `DOCKER_CONFIG` says.
struct StoredLoginTests {
    private static let registry = "registry.example"

    /// A login by a client that does not get `DOCKER_CONFIG`, in a home with `configuration`.
    ///
    /// - Parameter rest: the script's cases. `store` in them writes the password from standard input to the
    ///   client's own configuration, as Docker does.
    private static func client(
        _ rest: String, configuration: String? = nil, name: String = "home/.docker"
    ) throws -> FakeClient {
        let client = try FakeClient(
            """
            file="$FILES/\(name)/config.json"
            echo "$@" >> "$FILES/calls"
            store() {
                mkdir -p "${file%/*}"
                auth=$(printf 'alice:%s' "$(cat)" | base64 -w0)
                printf '{"auths":{"\(registry)":{"auth":"%s"}}}' "$auth" > "$file"
            }
            case "$1" in
            \(rest)
            esac
            """)
        if let configuration {
            try client.files.makeDirectory(name)
            try client.files.write(configuration, to: "\(name)/config.json")
        }
        return client
    }

    private static func login(_ client: FakeClient) async throws -> EngineError? {
        let session = try await client.engine.openSession(for: registry)
        let result = await Result.catching {
            try await session.login(handle: "alice", password: Secret("secret-token"))
        }
        await session.close()
        guard case .failure(let error) = result else { return nil }
        return try #require(error as? EngineError)
    }

    private static func refusal(_ client: FakeClient, _ trace: LoginTrace) -> EngineError {
        .ignoresConfiguration(
            client: client.files.path("bin/docker"), registry: registry, trace)
    }

    @Test(arguments: ["home/.docker", "home/snap/docker/current/.docker"])
    func `credentials in the user's own file are removed by logging out, and the login fails`(
        name: String
    ) async throws {
        let client = try Self.client(
            "login) store;; logout) echo '{\"auths\":{}}' > \"$file\";;", name: name)
        #expect(try await Self.login(client) == Self.refusal(client, .removed))
        #expect(try client.files.read("\(name)/config.json") == "{\"auths\":{}}\n")
        #expect(try client.files.read("calls").hasSuffix("\nlogout -- \(Self.registry)\n"))
    }

    @Test func `credentials that a logout leaves are reported`() async throws {
        let client = try Self.client("login) store;; logout) exit 1;;")
        let file = client.files.path("home/.docker/config.json")
        #expect(try await Self.login(client) == Self.refusal(client, .left(path: file)))
    }

    @Test(arguments: ["registry.example", "https://registry.example/v2/"])
    func `an entry that the user had before is not logged out`(key: String) async throws {
        let client = try Self.client(
            "login) store;; logout) rm \"$file\";;",
            configuration: #"{"auths":{"\#(key)":{"auth":"bWluZTptaW5l"}}}"#)
        let file = client.files.path("home/.docker/config.json")
        #expect(try await Self.login(client) == Self.refusal(client, .replaced(path: file)))
        #expect(try !client.files.read("calls").contains("logout"))
    }

    @Test func `Docker's client that stores nothing here is assumed to store it elsewhere`()
        async throws
    {
        let version = "--version) echo 'Docker version 28.2.2';;"
        let client = try Self.client("login) cat > /dev/null;; \(version)")
        #expect(try await Self.login(client) == Self.refusal(client, .removed))
        #expect(try client.files.read("calls").hasSuffix("\nlogout -- \(Self.registry)\n"))

        let careful = try Self.client(
            "login) cat > /dev/null;; \(version)",
            configuration: #"{"auths":{"\#(Self.registry)":{}},"credsStore":"pass"}"#)
        #expect(try await Self.login(careful) == Self.refusal(careful, .unknown))
        #expect(try !careful.files.read("calls").contains("logout"))
    }

    @Test func `another program named docker may store credentials in its own place`()
        async throws
    {
        let client = try Self.client(
            "login) cat > /dev/null;; --version) echo 'nerdctl version 2.0.0';;")
        #expect(try await Self.login(client) == nil)
        #expect(try !client.files.read("calls").contains("logout"))
    }

    @Test func `a client that obeys the variable is not run again`() async throws {
        let client = try Self.client(
            "login) file=\"$DOCKER_CONFIG/config.json\"; store;;",
            configuration: #"{"auths":{"\#(Self.registry)":{}}}"#)
        #expect(try await Self.login(client) == nil)
        #expect(try client.files.read("calls").split(separator: "\n").count == 1)
    }

    @Test func `a login that fails after it has stored the credentials is undone`() async throws {
        let client = try Self.client("login) store; exit 1;; logout) rm \"$file\";;")
        let error = try await Self.login(client)
        #expect(error == .loginFailed(registry: Self.registry, output: ""))
        #expect(
            !FileManager.default.fileExists(atPath: client.files.path("home/.docker/config.json")))
    }
}
