import EnclaviaCore
import EnclaviaService
import Foundation
import Glibc
import Testing

/// Where credentials come from, and which files are refused.
struct CredentialsFileTests {
    static let rotating = """
        {"access_token":"acc-1","refresh_token":"ref-1","expires_at":"2026-08-01T13:00:00Z",
         "backend_url":"https://API.example.com/","handle":"alice","future":[1,2.5,{"a":null}]}
        """

    /// The account, or why there is none.
    private func account(
        _ fixture: borrowing Fixture, url: String? = nil, token: String? = nil
    ) -> Result<Account?, BackendError> {
        let accounts = EnclaviaAccounts(
            settings: fixture.settings(backend: url, token: token), transport: fixture.transport,
            system: fixture.system)
        do throws(BackendError) {
            return .success(try accounts.account())
        } catch {
            return .failure(error)
        }
    }

    @Test func `a rotating file contains its account`() throws {
        let fixture = try Fixture()
        try fixture.put(Self.rotating)
        let account = try #require(try self.account(fixture).get())
        #expect(account.handle == "alice")
        #expect(account.backend == "https://api.example.com")
        #expect(account.source == .file(path: fixture.path))
        #expect(account.kind == .rotating(expiresAt: Timestamp("2026-08-01T13:00:00Z")))
    }

    @Test func `a long-lived file is for the default backend unless one is set`() throws {
        let fixture = try Fixture()
        try fixture.put(#"{"token":"long"}"#)
        let account = try #require(try self.account(fixture).get())
        #expect(account.backend == "https://api.beta.enclavia.io")
        #expect(account.kind == .longLived)
        let elsewhere = try self.account(fixture, url: "http://127.0.0.1:9/").get()
        #expect(elsewhere?.backend == "http://127.0.0.1:9")
    }

    @Test func `the variable's token overrides the file, even an invalid one`() throws {
        let fixture = try Fixture()
        try fixture.put("garbage", permissions: 0o644)
        let account = try #require(
            try self.account(fixture, url: "https://other.example", token: " t\n").get())
        #expect(account.source == .environment)
        #expect(account.backend == "https://other.example")
    }

    @Test func `without credentials there is no account, and the error names the backend`()
        async throws
    {
        let fixture = try Fixture()
        #expect(try account(fixture, url: "", token: " ").get() == nil)
        let backend = fixture.backend("http://localhost:9")
        let error = await errorOf { () async throws(BackendError) in
            try await backend.registryAccess()
        }
        #expect(error == .notLoggedIn(backend: "http://localhost:9"))
    }

    @Test func `a token is not sent to a backend other than its own`() async throws {
        let fixture = try Fixture()
        try fixture.put(Self.rotating)
        try await withStub({ _ in .json("{}") }) { stub in
            let backend = fixture.backend(stub.url)
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(
                error
                    == .wrongBackend(credentials: "https://api.example.com", asked: stub.url))
            #expect(backend.url == stub.url)
            #expect(stub.requests.isEmpty)
        }
        let same = try account(fixture, url: "HTTPS://api.EXAMPLE.com:443").get()
        #expect(same?.backend == "https://api.example.com")
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        "http://api.example.com", "http://127.0.0.1.nip.example", "ftp://x", "nonsense",
        "https://u:p@x",
    ])
    func `a backend to which secrets must not be sent is a configuration error`(_ url: String)
        throws
    {
        let fixture = try Fixture()
        guard
            case .failure(.configuration(subject: "ENCLAVIA_BACKEND_URL", reason: _)) =
                account(fixture, url: url, token: "t")
        else {
            Issue.record("\(url) was taken")
            return
        }
    }

    @Test(arguments: [
        ("", "is not JSON"), ("{", "is not JSON"), ("[]", "is not a JSON object"),
        ("{}", "contains neither access_token nor token"),
        (#"{"token":""}"#, "has no valid token in the field token"),
        (#"{"token":"a\nb"}"#, "has no valid token in the field token"),
        (#"{"token":7}"#, "has no string in the field token"),
        ("\u{FEFF}[]", "is not a JSON object"),
        (#"{"access_token":"a","refresh_token":[]}"#, "has no string in the field refresh_token"),
        (
            #"{"token":"a","backend_url":"x"}"#,
            "has a backend_url that is not an http or https URL"
        ),
    ])
    func `the error for a malformed file names the file, the fault and the fix`(
        _ text: String, _ fault: String
    ) throws {
        let fixture = try Fixture()
        try fixture.put(text)
        #expect(
            account(fixture)
                == .failure(
                    .configuration(
                        subject: fixture.path,
                        reason: "\(fault): correct it, or remove it and run `enclavia auth login`"))
        )
    }

    @Test(arguments: [
        #"{"token":"long\n","handle":"alice"}"#, #"{"token":" long\r\n","handle":"alice"}"#,
        "\u{FEFF}" + #"{"token":"long","handle":"alice"}"#,
    ])
    func `a byte order mark, and white space around a token, are ignored`(_ text: String)
        async throws
    {
        let fixture = try Fixture()
        try fixture.put(text)
        try await withStub({ _ in .response(401) }) { stub in
            _ = await errorOf { () async throws(BackendError) in
                try await fixture.backend(stub.url).registryAccess()
            }
            #expect(stub.requests.map { $0.headers["Authorization"] } == [["Bearer long"]])
        }
        await fixture.transport.shutdown()
    }

    @Test func `a file that PowerShell wrote as UTF-16 is read`() throws {
        let fixture = try Fixture()
        try fixture.put("")
        let text = Array(#"{"token":"long","handle":"alice"}"#.utf16)
            .flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        try Data([0xFF, 0xFE] + text).write(to: URL(filePath: fixture.path))
        #expect(try account(fixture).get()?.handle == "alice")
    }

    @Test func `a huge file is not read to its end`() throws {
        let fixture = try Fixture()
        try fixture.put("")
        #expect(truncate(fixture.path, 1 << 34) == 0)
        #expect(
            account(fixture)
                == .failure(.configuration(subject: fixture.path, reason: "is longer than 1 MiB")))
    }

    @Test func `no description of the settings shows the secret`() throws {
        let fixture = try Fixture()
        let settings = fixture.settings(token: "very-secret")
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings) \(String(reflecting: settings)) \(dumped)".contains("very-secret"))
    }
}
