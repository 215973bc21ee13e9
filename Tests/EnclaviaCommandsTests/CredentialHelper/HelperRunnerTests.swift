import EnclaviaCommands
import EnclaviaCore
import EnclaviaSystem
import Foundation
import SystemPackage
import Testing

/// The answers of the credential helper, with a backend of the test's.
struct HelperRunnerTests {
    private static let password = "pass-0123456789-word"

    /// An account and its registry; an error stands for what the backend throws.
    private struct Service: RegistryCredentials, Accounts, Backend {
        var account_: Account?
        var access: Result<RegistryAccess, BackendError> = .success(
            RegistryAccess(registry: "r.example", handle: "alice", password: Secret(password)))

        var url: String { "https://api" }
        func registryAccess() async throws(BackendError) -> RegistryAccess { try access.get() }
        func currentAccess() async throws(BackendError) -> RegistryAccess { try access.get() }
        func access(to server: String) async throws(BackendError) -> RegistryAccess? {
            let access = try access.get()
            return access.registry == server ? access : nil
        }
        func account() throws(BackendError) -> Account? { account_ }
        func login(
            _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
        ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
        func logout() async throws(BackendError) -> Account? { nil }
        func notify(_ notification: PushNotification) async -> NotifyReply {
            NotifyReply(result: .failure(.cancelled(url: url)), attempts: 0)
        }
    }

    private func run(
        _ request: HelperRequest, _ adapters: TestAdapters = TestAdapters(),
        environment: [String: String] = ["HOME": "/nonexistent"]
    ) async -> (status: EnclaviaCommands.ExitStatus, out: String, err: String) {
        let (out, stderr) = (Recorder(), Recorder())
        let secrets = SecretScrubber()
        secrets.add(Secret(Self.password))
        let plain = TerminalCapabilities(isTerminal: false, hasColor: false, width: nil)
        let console = Console(
            out: plain, stderr: plain,
            writeOut: { bytes throws(ConsoleError) in out.append(bytes) },
            writeStderr: { bytes throws(ConsoleError) in stderr.append(bytes) }, secrets: secrets)
        let status = await HelperRunner.run(request, console: console) { signals in
            CommandContext(
                invocation: Invocation([]),
                settings: try Settings(environment: environment, workingDirectory: "/"),
                console: console, system: FixedSystem(moment: Timestamp(milliseconds: 0)),
                adapters: adapters, signals: signals)
        }
        return (status, out.text, stderr.text)
    }

    private func adapters(_ service: Service) -> TestAdapters {
        TestAdapters(
            givenBackend: service, givenAccounts: service, givenCredentials: service)
    }

    @Test func `get prints one JSON object with the password`() async throws {
        let (status, out, err) = await run(.get(server: "r.example"), adapters(Service()))
        #expect(
            out == #"{"Secret":"\#(Self.password)","ServerURL":"r.example","Username":"alice"}"#
                + "\n")
        #expect(status == .done && err == "")
    }

    @Test(arguments: [
        (HelperRequest.get(server: "other.example"), "credentials not found in native keychain\n"),
        (.get(server: ""), "no credentials server URL\n"),
        (.noAction, "Usage: docker-credential-enclavia <store|get|erase|list|version>\n"),
        (
            .unknown(action: "pu\u{1B}sh"),
            "docker-credential-enclavia: unknown action: pu\\u{1b}sh\n"
        ),
    ])
    func `a failure is a line on standard output`(
        _ request: HelperRequest, _ line: String
    ) async throws {
        let (status, out, err) = await run(request, adapters(Service()))
        #expect(out == line)
        #expect(status == .negative && err == "")
    }

    @Test(arguments: [
        BackendError.notLoggedIn(backend: "https://api"), .unauthorized(reason: .rejected),
        .failed(url: "https://api", status: 500, message: "echo of \(password)"),
        .configuration(subject: "/c.json", reason: "is not JSON"),
    ])
    func `why there are no credentials is said, without secrets`(_ error: BackendError) async throws
    {
        let service = Service(access: .failure(error))
        let (status, out, err) = await run(.get(server: "r.example"), adapters(service))
        let message = ErrorMessages.explain(error).message
        #expect(out.hasPrefix(message.replacing(Self.password, with: "•••")), "\(out)")
        #expect(out.split(separator: "\n").count == 1)
        #expect(status == .negative && err == "")
    }

    @Test func `store, erase and version ask nobody`() async throws {
        for request in [HelperRequest.store, .erase] {
            let (status, out, err) = await run(request, environment: [:])
            #expect(out + err == "" && status == .done)
        }
        let (status, out, _) = await run(.version, environment: [:])
        #expect(
            out == "docker-credential-enclavia (enclavia) \(enclaviaVersion)\n" && status == .done)
    }

    @Test func `list shows the registry that is known, else that of the backend`() async throws {
        var service = Service(
            account_: Account(
                handle: "bob", backend: "https://api", source: .environment, kind: .longLived,
                registry: "known.example"))
        #expect(await run(.list, adapters(service)).out == "{\"known.example\":\"bob\"}\n")
        service.account_ = Account(
            handle: nil, backend: "https://api", source: .environment, kind: .longLived,
            registry: "known.example")
        #expect(await run(.list, adapters(service)).out == "{\"r.example\":\"alice\"}\n")
        service.account_ = nil
        let none = await run(.list, adapters(service))
        #expect(none.out == "{}\n" && none.status == .done)
    }

    /// The request in `words` with that standard input.
    private static func request(_ words: [String], _ input: String) throws -> HelperRequest {
        let ends = try FileDescriptor.pipe()
        try ends.writeEnd.closeAfter { _ = try ends.writeEnd.writeAll(input.utf8) }
        return try ends.readEnd.closeAfter { HelperRequest(words, from: ends.readEnd) }
    }

    @Test(arguments: [
        (["get"], " \t\r\nr.example \r\n", HelperRequest.get(server: "r.example")),
        (["get"], "a\nb", .get(server: "a\nb")), (["get"], "", .get(server: "")),
        (["store"], "{", .store), (["erase"], "x", .erase), (["list"], "unused", .list),
        (["version"], "", .version), (["-v"], "", .version), (["-h"], "", .help),
        ([], "", .noAction),
        (["get", "x"], "", .noAction), (["Get"], "", .unknown(action: "Get")),
    ])
    func `a request is read from the words and the input`(
        _ words: [String], _ input: String, _ request: HelperRequest
    ) throws {
        #expect(try Self.request(words, input) == request)
    }
}
