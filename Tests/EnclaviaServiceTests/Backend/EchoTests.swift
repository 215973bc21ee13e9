import EnclaviaCore
import EnclaviaService
import Foundation
import Testing

/// Servers that repeat secrets that they were sent: no error shows them.
struct EchoTests {
    private static let access = "access-0123456789-abcdefghij"
    private static let refresh = "refresh/0123456789+abcdefghij"
    private static let password = "registry=0123456789-abcdefghij"

    /// Checks that the text has neither the secrets nor beginnings of them that a cut may have left.
    private static func expectNothing(_ error: String) {
        for secret in [access, refresh, password] {
            #expect(!error.contains(secret.prefix(12)), "\(error)")
        }
        let basic = Data("alice:\(password)".utf8).base64EncodedString()
        #expect(!error.contains(basic.prefix(20)), "\(error)")
        #expect(error.contains("•••"), "\(error)")
    }

    /// A message with `repeated` in it, with enough text before it that a cut would fall into it.
    private static func response(_ repeated: String, before: Int = 0, after: Int = 70_000) -> String
    {
        let text = repeated.utf16.map { String(format: "\\u%04x", $0) }.joined()
        let (start, end) = (
            String(repeating: "s ", count: before), String(repeating: "x", count: after)
        )
        return #"{"message": "\#(start)\#(text)", "padding": "\#(end)"}"#
    }

    @Test(arguments: [(0, 0), (0, 70_000), (141, 0), (145, 70_000)])
    func `an error of a backend that repeats the token does not show it`(before: Int, after: Int)
        async throws
    {
        let fixture = try Fixture()
        try await withStub { request in
            .json(
                Self.response(
                    request.headers["Authorization"].first ?? "", before: before, after: after),
                status: 400)
        } _: { stub in
            let backend = fixture.backend(stub.url, token: Self.access)
            let error = await #expect(throws: BackendError.self) {
                try await backend.registryAccess()
            }
            Self.expectNothing("\(try #require(error))")
        }
    }

    @Test func `an error of a backend that repeats the refresh form does not show its tokens`()
        async throws
    {
        let fixture = try Fixture()
        try await withStub { request in
            request.path == "/oauth/token"
                ? .json(Self.response(request.body), status: 422) : .json("{}", status: 401)
        } _: { stub in
            try fixture.put(
                """
                {"access_token": "\(Self.access)", "refresh_token": "\(Self.refresh)",
                 "expires_at": "2001-01-01T00:00:00Z", "backend_url": "\(stub.url)"}
                """)
            let backend = fixture.backend(stub.url)
            let error = await #expect(throws: BackendError.self) {
                try await backend.registryAccess()
            }
            Self.expectNothing("\(try #require(error))")
        }
    }

    @Test func `an error of a registry or realm that repeats the password does not show it`()
        async throws
    {
        let fixture = try Fixture()
        for place in ["realm", "registry"] {
            try await withStub { request in
                let sent = request.headers["Authorization"].first
                if request.path == "/token", place == "registry" {
                    return .json(#"{"token": "\#(Self.refresh)"}"#)
                }
                guard let sent else {
                    let realm = "http://\(request.headers["Host"].first ?? "")/token"
                    return .response(
                        401, headers: ["WWW-Authenticate": #"Bearer realm="\#(realm)""#])
                }
                return .json(Self.response("bad header \(sent)"), status: 400)
            } _: { stub in
                let access = RegistryAccess(
                    registry: stub.authority, handle: "alice", password: Secret(Self.password))
                // In the program the backend adds the password to the scrubber.
                fixture.transport.secrets.add(access.password)
                let registry = DistributionRegistry(
                    transport: fixture.transport, system: fixture.system)
                let error = await #expect(throws: RegistryError.self) {
                    try await registry.manifest(
                        Digest(of: []),
                        of: ImageReference(
                            registry: stub.authority, owner: "alice", repository: "app", tag: "v1"),
                        access: access)
                }
                Self.expectNothing("\(try #require(error))")
            }
        }
    }

    /// A call adds every secret that it reads: tokens of the file and of a grant, and the registry's password.
    @Test func `secrets in answers are scrubbed from then on`() async throws {
        let fixture = try Fixture()
        let granted = "granted-0123456789-abcdefghij"
        try await withStub { request in
            request.path == "/oauth/token"
                ? .json(#"{"access_token": "\#(granted)", "refresh_token": "\#(granted)-2"}"#)
                : .json(
                    #"{"registry_url": "r.example", "namespace": "alice", "token": "\#(Self.password)"}"#
                )
        } _: { stub in
            try fixture.put(
                """
                {"access_token": "\(Self.access)", "refresh_token": "\(Self.refresh)",
                 "expires_at": "2001-01-01T00:00:00Z", "backend_url": "\(stub.url)"}
                """)
            _ = try await fixture.backend(stub.url).registryAccess()
            for secret in [Self.access, Self.refresh, granted, "\(granted)-2", Self.password] {
                #expect(fixture.transport.secrets.scrub(secret) == "•••")
            }
        }
    }
}
