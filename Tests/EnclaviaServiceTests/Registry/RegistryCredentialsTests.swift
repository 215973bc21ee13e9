import EnclaviaCore
import EnclaviaService
import Testing

/// Who gets the registry's password, and when the backend is asked.
struct RegistryCredentialsTests {
    private static func reply(_ registry: String, token: Bool = true) -> StubReply {
        let password = token ? #","token":"short-lived-0123456789","expires_in":300"# : ""
        return .json(#"{"registry_url":"\#(registry)","namespace":"alice"\#(password)}"#)
    }

    /// Whether `server` is the registry, for an account whose credentials say nothing of a registry.
    private func isRegistry(_ server: String, of registry: String) async throws -> Bool {
        let fixture = try Fixture()
        let access = try await withStub({ _ in Self.reply(registry) }) { stub in
            try await fixture.backend(stub.url, token: "t").access(to: server)
        }
        await fixture.transport.shutdown()
        if let access { #expect(access.registry == registry) }
        return access != nil
    }

    @Test(arguments: [
        ("r.example", "r.example"), ("r.example", "r.example:443"), ("r.example:443", "r.example"),
        ("r.example", "https://r.example"), ("r.example", "HTTPS://R.Example:443/v2/"),
        ("R.Example:5000", "r.example:5000/alice/app"),
        ("r.example:5000", "https://r.example:5000/v1/"),
        ("localhost:5000", "http://localhost:5000"), ("127.0.0.1:80", "http://127.0.0.1"),
        ("[::1]:5000", "[::1]:5000"), ("[::1]:5000", "http://[::1]:5000/v1/"),
        ("[::1]", "[::1]:443"),
        ("r.example", "r.example:0443"), ("r.example", "r.example/@other.example"),
    ])
    func `a server is the registry under each of its names`(
        _ registry: String, _ server: String
    ) async throws {
        #expect(try await isRegistry(server, of: registry))
    }

    @Test(arguments: [
        ("r.example", "r.example:5000"), ("r.example:5000", "r.example"),
        ("r.example", "http://r.example"), ("r.example:80", "http://r.example"),
        ("r.example:5000", "http://r.example:5000"), ("localhost:443", "http://localhost"),
        ("r.example", "r.example."), ("r.example", "r.example.other"),
        ("r.example", "other.r.example"),
        ("r.example", "other/r.example"), ("r.example", "alice@r.example"),
        ("r.example", "https://alice:secret@r.example"), ("r.example", "r.example@other"),
        ("r.example", "ftp://r.example"), ("r.example", "://r.example"),
        ("r.example", "//r.example"),
        ("r.example", "r.example?x"), ("r.example", "r.example#x"), ("r.example", "r.example\\"),
        ("r.example", "r.example\u{0}"), ("r.example", "r.example\n"), ("r.example", "r example"),
        ("r.example", "r%2Eexample"), ("r.example", "r。example"), ("r.example", "ｒ.example"),
        ("[::1]:5000", "::1:5000"), ("[::1]:5000", "[0:0:0:0:0:0:0:1]:5000"),
        ("[::1]:5000", "[::1%lo]:5000"), ("127.0.0.1:5000", "127.1:5000"),
        ("127.0.0.1:5000", "2130706433:5000"), ("127.0.0.1:5000", "[::ffff:127.0.0.1]:5000"),
        ("r.example", ""), ("r.example", ":443"), ("r.example", "r.example:"),
        ("r.example", "r.example:443:443"), ("r.example", "r.example:65979"),
        ("r.example", "r.example:+443"),
    ])
    func `another server is not`(_ registry: String, _ server: String) async throws {
        #expect(!(try await isRegistry(server, of: registry)))
    }

    @Test func `a text that is no server costs no request, and no credentials`() async throws {
        let fixture = try Fixture()
        for text in ["", "a b", "x@y", String(repeating: "a", count: 4097)] {
            #expect(try await fixture.backend("http://127.0.0.1:9").access(to: text) == nil)
        }
        let error = await errorOf { () async throws(BackendError) in
            try await fixture.backend("http://127.0.0.1:9").access(to: "r.example")
        }
        #expect(error == .notLoggedIn(backend: "http://127.0.0.1:9"))
        await fixture.transport.shutdown()
    }

    @Test func `the password is the backend's, or else the access token`() async throws {
        for isShortLived in [true, false] {
            let fixture = try Fixture()
            try await withStub({ _ in Self.reply("r.example", token: isShortLived) }) { stub in
                let backend = fixture.backend(stub.url, token: "access-token")
                let access = try #require(try await backend.access(to: "r.example"))
                #expect(access.isShortLived == isShortLived)
                #expect(
                    access.password.reveal()
                        == (isShortLived ? "short-lived-0123456789" : "access-token"))
            }
            await fixture.transport.shutdown()
        }
    }

    private static func credentials(_ stub: StubServer, registry: String?) -> String {
        let known = registry.map { #","registry":"\#($0)""# } ?? ""
        return
            #"{"access_token":"acc","refresh_token":"ref","mine":[1],"backend_url":"\#(stub.url)"\#(known)}"#
    }

    @Test func `the backend is not asked about another registry than the one that is known`()
        async throws
    {
        let fixture = try Fixture()
        try await withStub({ _ in Self.reply("r.example") }) { stub in
            let backend = fixture.backend()
            try fixture.put(Self.credentials(stub, registry: nil))
            #expect(try await backend.access(to: "other.example") == nil)
            #expect(stub.requests.count == 1)
            try fixture.put(Self.credentials(stub, registry: "r.example"))
            #expect(try await backend.access(to: "other.example") == nil)
            #expect(stub.requests.count == 1)
            #expect(try await backend.access(to: "https://r.example/v2/") != nil)
            #expect(stub.requests.count == 2)
            // What cannot be a registry's name says nothing.
            try fixture.put(Self.credentials(stub, registry: "r example"))
            #expect(try await backend.access(to: "r.example") != nil)
            // Nor does one that may be of another backend.
            try fixture.put(#"{"token":"t","registry":"other.example"}"#)
            #expect(try await fixture.backend(stub.url).access(to: "r.example") != nil)
        }
        await fixture.transport.shutdown()
    }

    @Test func `the registry is stored when the backend names it, also after it has moved`()
        async throws
    {
        let fixture = try Fixture()
        try await withStub({ _ in Self.reply("r.example") }) { stub in
            let backend = fixture.backend()
            try fixture.put(Self.credentials(stub, registry: nil))
            #expect(try await backend.registryAccess().registry == "r.example")
            #expect(try fixture.accounts().account()?.registry == nil, "a push writes nothing")
            #expect(try await backend.access(to: "docker.io") == nil)
            #expect(try fixture.accounts().account()?.registry == "r.example")
            try fixture.put(Self.credentials(stub, registry: "old.example"))
            #expect(try await backend.registryAccess().registry == "r.example")
            #expect(try fixture.accounts().account()?.registry == "r.example")
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: ["by hand", "a link", "a variable"])
    func `a name that nothing corrects does not decide who gets the password`(
        _ kind: String
    ) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in Self.reply("r.example") }) { stub in
            var backend = fixture.backend()
            let stale = Self.credentials(stub, registry: "old.example")
            let byHand = #"{"token":"t","backend_url":"\#(stub.url)","registry":"old.example"}"#
            switch kind {
            case "by hand": try fixture.put(byHand)
            case "a link":
                try fixture.put(stale)
                try fixture.sh(
                    "cd '\(fixture.directory)' && mv credentials.json real && ln -s real credentials.json"
                )
            default: backend = fixture.backend(nil, token: byHand)
            }
            #expect(try await backend.access(to: "r.example")?.registry == "r.example")
            #expect(try await backend.access(to: "old.example") == nil)
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: ["5", "[]", "null", #"{"a":1}"#])
    func `a registry that is no text counts as none`(_ value: String) async throws {
        let fixture = try Fixture()
        try await withStub({ _ in Self.reply("r.example") }) { stub in
            try fixture.put(
                Self.credentials(stub, registry: "X").replacing(#""X""#, with: value))
            #expect(try await fixture.backend().access(to: "r.example") != nil)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a registry that has moved gets the password, and the old one does not`()
        async throws
    {
        let fixture = try Fixture()
        try await withStub({ _ in Self.reply("new.example") }) { stub in
            let backend = fixture.backend()
            try fixture.put(Self.credentials(stub, registry: "old.example"))
            #expect(try await backend.access(to: "new.example") == nil, "it is not known yet")
            #expect(try await backend.access(to: "old.example") == nil)
            #expect(try await backend.currentAccess().registry == "new.example")
            #expect(try await backend.access(to: "new.example") != nil)
            #expect(
                try fixture.content()
                    == #"{"access_token":"acc","backend_url":"\#(stub.url)","mine":[1],"#
                    + #""refresh_token":"ref","registry":"new.example"}"# + "\n")
            #expect(try fixture.accounts().account()?.registry == "new.example")
        }
        await fixture.transport.shutdown()
    }

    @Test func `a file that a person wrote, or that cannot be replaced, stays as it is`()
        async throws
    {
        let fixture = try Fixture()
        try await withStub({ _ in Self.reply("r.example") }) { stub in
            let own = #"{ "token" : "t", "backend_url" : "\#(stub.url)" }"#
            try fixture.put(own)
            #expect(try await fixture.backend().currentAccess().registry == "r.example")
            #expect(try fixture.content() == own)
            let mounted = Self.credentials(stub, registry: nil)
            try fixture.put(mounted)
            try fixture.sh(
                "cd '\(fixture.directory)' && mv credentials.json real && ln -s real credentials.json"
            )
            #expect(try await fixture.backend().currentAccess().registry == "r.example")
            #expect(try fixture.content() == mounted)
        }
        await fixture.transport.shutdown()
    }

    @Test func `credentials of another backend are an error, also about another server`()
        async throws
    {
        let fixture = try Fixture()
        try fixture.put(
            #"{"access_token":"a","backend_url":"https://one.example","registry":"r.example"}"#)
        let error = await errorOf { () async throws(BackendError) in
            try await fixture.backend("https://two.example").access(to: "other.example")
        }
        #expect(
            error == .wrongBackend(credentials: "https://one.example", asked: "https://two.example")
        )
        await fixture.transport.shutdown()
    }
}
