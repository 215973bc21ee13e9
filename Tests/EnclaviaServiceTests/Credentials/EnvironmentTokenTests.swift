import EnclaviaCore
import EnclaviaService
import Testing

/// What `ENCLAVIA_TOKEN` may hold.
struct EnvironmentTokenTests {
    @Test(arguments: [
        "tok", "tok\n", " tok\r\n\n", "\u{FEFF}tok", #"{"token":"tok"}"#,
        "{\n \"token\": \"tok\\n\"\n}\n", "\u{FEFF}" + #"{"token":"tok","handle":"alice"}"#,
        #"{"access_token":"tok","expires_at":"2020-01-01T00:00:00Z"}"#,
        #"{"access_token":"tok","refresh_token":null}"#,
    ])
    func `a token is sent without white space, also from a credentials file's content`(
        _ text: String
    ) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(401) }) { stub in
            let error = await errorOf { () async throws(BackendError) in
                try await fixture.backend(stub.url, token: text).registryAccess()
            }
            #expect(error == .unauthorized(reason: .environmentToken))
            #expect(stub.requests.map { $0.headers["Authorization"] } == [["Bearer tok"]])
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [
        (#"{"access_token":"s3cret","refresh_token":"s3cret"}"#, "change with each use"),
        (#"{"access_token":"s3cret"#, "is not JSON"),
        ("{'token': 's3cret'}", "is not JSON"),
        (#"{"secret":"s3cret"}"#, "contains neither access_token nor token"),
        (#"{"token":"s3cret s3cret"}"#, "has no valid token in the field token"),
        (#"["s3cret"]"#, "braces or quotation marks"), (#""s3cret""#, "quotation marks"),
        ("'s3cret'", "quotation marks"), (#"token={"s3cret"}"#, "braces"),
        ("Bearer s3cret", "begins with `Bearer`"), ("s3cret s3cret", "contains white space"),
        ("s3cret\ts3cret", "contains white space"), ("s3cret\r\ns3cret", "contains white space"),
        ("s3cret\u{1B}[0m", "contains a control character"),
        ("s3cret\u{7F}", "contains a control character"),
        ("s3cr\u{E9}t", "is not ASCII"), ("s3cret\u{200B}", "is not ASCII"),
        (String(repeating: "s3cret", count: 20_000), "is longer than 64 KiB"),
    ])
    func `an invalid token is refused before anything is sent, and is not shown`(
        _ text: String, _ words: String
    ) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(401) }) { stub in
            let asked = await errorOf { () async throws(BackendError) in
                try await fixture.backend(stub.url, token: text).registryAccess()
            }
            let told = await errorOf { () async throws(BackendError) in
                try fixture.accounts(stub.url, token: text).account()
            }
            #expect(stub.requests.isEmpty)
            for error in [asked, told] {
                guard case .configuration("ENCLAVIA_TOKEN", let reason) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(reason.contains(words) && !reason.contains("s3cr"), "\(reason)")
            }
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: ["", " \r\n", "\u{FEFF}\n"])
    func `a blank variable counts as unset`(_ text: String) throws {
        let fixture = try Fixture()
        try fixture.put(CredentialsFileTests.rotating)
        #expect(try fixture.accounts(token: text).account()?.source == .file(path: fixture.path))
    }

    @Test func `a token with its own backend is not sent to another one`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(401) }) { stub in
            let text = #"{"token":"tok","backend_url":"\#(stub.url)","handle":"alice"}"#
            let account = try fixture.accounts(token: text).account()
            #expect(account?.backend == stub.url && account?.handle == "alice")
            #expect(account?.source == .environment)
            let error = await errorOf { () async throws(BackendError) in
                try await fixture.backend("https://x.example", token: text).registryAccess()
            }
            #expect(error == .wrongBackend(credentials: stub.url, asked: "https://x.example"))
            #expect(stub.requests.isEmpty)
        }
        await fixture.transport.shutdown()
    }
}
