import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import Glibc
import Synchronization
import TestSupport
import Testing

/// Tokens that expire.
struct RefreshTests {
    /// A backend that rotates tokens: each refresh token works once.
    final class Rotation: Sendable {
        private let generation: Mutex<Int>
        private let refreshes = Mutex(0)
        let status: Int
        /// How long it takes to return a new pair, once the old one is used up.
        let milliseconds: Int64

        /// - Parameter generation: which of its pairs is valid.
        init(status: Int = 200, milliseconds: Int64 = 0, generation: Int = 1) {
            self.status = status
            self.generation = Mutex(generation)
            self.milliseconds = milliseconds
        }

        var refreshCount: Int { refreshes.withLock { $0 } }

        func reply(_ request: StubRequest) -> StubReply {
            if request.path == "/oauth/token" {
                refreshes.withLock { $0 += 1 }
                guard status == 200 else {
                    return .json(#"{"error":"invalid_grant"}"#, status: status)
                }
                return generation.withLock { generation in
                    let expected = "refresh_token=ref-\(generation)&"
                    guard request.body.contains(expected), request.headers["Authorization"].isEmpty
                    else { return .json(#"{"error":"invalid_grant"}"#, status: 400) }
                    generation += 1
                    return .slow(
                        #"{"access_token":"acc-\#(generation)","expires_in":3600,"#
                            + #""refresh_token":"ref-\#(generation)"}"#,
                        milliseconds: milliseconds)
                }
            }
            let current = generation.withLock { $0 }
            guard request.headers["Authorization"] == ["Bearer acc-\(current)"] else {
                return .response(401)
            }
            return .json(#"{"registry_url":"r.example:5000","namespace":"alice"}"#)
        }
    }

    private func credentials(
        _ url: String, access: Int = 1, expires: String = "2026-08-01T13:00:00Z"
    ) -> String {
        #"{"access_token":"acc-\#(access)","refresh_token":"ref-1","expires_at":"\#(expires)","#
            + #""backend_url":"\#(url)","future":[1,2.5]}"#
    }

    @Test(arguments: [
        ("2026-08-01T13:00:00Z", 0, 0), ("2026-08-01T11:00:00Z", 1, 0),
        ("2026-08-01T12:00:20Z", 1, 0),
    ])
    func `a token that has run out, or is about to, is refreshed before it is used`(
        _ expires: String, _ refreshes: Int, _ rejected: Int
    ) async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, expires: expires))
            let access = try await fixture.backend().registryAccess()
            #expect(access.handle == "alice" && access.registry == "r.example:5000")
            #expect(access.password.reveal() == "acc-\(1 + refreshes)")
            #expect(rotation.refreshCount == refreshes)
            #expect(stub.requests.count == 1 + refreshes)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a refused token is refreshed once, and the file keeps its other fields`()
        async throws
    {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, access: 0))
            _ = try await fixture.backend().registryAccess()
            #expect(stub.requests.map(\.path) == ["/me/registry", "/oauth/token", "/me/registry"])
            #expect(
                try fixture.content()
                    == #"{"access_token":"acc-2","backend_url":"\#(stub.url)","#
                    + #""expires_at":"2026-08-01T13:00:00.000Z","future":[1,2.5],"#
                    + #""refresh_token":"ref-2"}"# + "\n")
            var status = stat()
            #expect(stat(fixture.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory)
            #expect(names.sorted() == ["credentials.json", "credentials.lock"])
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [true, false])
    func `twenty concurrent calls make one refresh`(_ isExpired: Bool) async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(
                credentials(
                    stub.url, access: isExpired ? 1 : 0,
                    expires: isExpired ? "2026-08-01T11:00:00Z" : "2026-08-01T13:00:00Z"))
            // Each has descriptors of its own, as processes have, so that flock treats them separately.
            let backends = (0..<20).map { _ in fixture.backend() }
            let passwords = try await withThrowingTaskGroup(of: String.self) { group in
                for backend in backends {
                    group.addTask { try await backend.registryAccess().password.reveal() }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(passwords == [String](repeating: "acc-2", count: 20))
            #expect(rotation.refreshCount == 1)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a cancelled caller does not interrupt a refresh, and the result is stored`()
        async throws
    {
        let fixture = try Fixture()
        let rotation = Rotation(milliseconds: 700)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, expires: "2026-08-01T11:00:00Z"))
            let backend = fixture.backend()
            let caller = Task { try? await backend.registryAccess() }
            let hasBegun = try await eventually { rotation.refreshCount > 0 }
            try #require(hasBegun)
            caller.cancel()
            // A signal ends the process as soon as this returns.
            let transport = fixture.transport
            let hasWaited = await Task.detached { transport.waitForCriticalSection() }.value
            #expect(hasWaited)
            #expect(try fixture.content().contains(#""refresh_token":"ref-2""#))
            #expect(await caller.value == nil)
            #expect(transport.waitForCriticalSection() == false)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a refresh outlasts the caller's deadline`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation(milliseconds: 700)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, expires: "2026-08-01T11:00:00Z"))
            let reply = await fixture.backend().notify(try notification(stub.url, limit: 200))
            #expect(throws: BackendError.self) { try reply.result.get() }
            #expect(try fixture.content().contains(#""refresh_token":"ref-2""#))
        }
        await fixture.transport.shutdown()
    }

    @Test func `a caller that is already cancelled requests no refresh`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, expires: "2026-08-01T11:00:00Z"))
            let backend = fixture.backend()
            let caller = Task {
                while !Task.isCancelled { await Task.yield() }
                return try? await backend.registryAccess()
            }
            caller.cancel()
            #expect(await caller.value == nil)
            #expect(rotation.refreshCount == 0)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a token that is still valid is used if the backend cannot refresh it now`()
        async throws
    {
        let fixture = try Fixture()
        let rotation = Rotation(status: 503)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, expires: "2026-08-01T12:00:20Z"))
            let access = try await fixture.backend().registryAccess()
            #expect(access.password.reveal() == "acc-1")
        }
        await fixture.transport.shutdown()
    }

    @Test(arguments: [400, 401])
    func `a refused refresh is reported`(_ status: Int) async throws {
        let fixture = try Fixture()
        let rotation = Rotation(status: status)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, access: 0))
            let before = try fixture.content()
            let backend = fixture.backend()
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(error == .unauthorized(reason: .refreshRefused))
            #expect(rotation.refreshCount == 1)
            #expect(try fixture.content() == before)
        }
        await fixture.transport.shutdown()
    }

    @Test func `the failure of a backend that cannot refresh now is reported`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation(status: 503)
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, access: 0))
            let backend = fixture.backend()
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(
                error == .failed(url: stub.url, status: 503, message: "invalid_grant"))
            #expect(rotation.refreshCount == 1)
        }
        await fixture.transport.shutdown()
    }

    @Test func `no refresh is requested if its result could not be stored`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, access: 0))
            // A directory in place of the draft stops even root.
            let obstacle = fixture.directory + "/.credentials.json.new"
            #expect(mkdir(obstacle, 0o700) == 0)
            let backend = fixture.backend()
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(
                error
                    == .unauthorized(
                        reason: .refreshNotStorable(
                            path: fixture.directory, reason: "file exists")))
            #expect(rotation.refreshCount == 0)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a token that is still valid is used if a new one could not be stored`()
        async throws
    {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, expires: "2026-08-01T12:00:20Z"))
            #expect(mkdir(fixture.directory + "/.credentials.json.new", 0o700) == 0)
            let access = try await fixture.backend().registryAccess()
            #expect(access.password.reveal() == "acc-1")
            #expect(rotation.refreshCount == 0)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a draft that a dead process left does not prevent a refresh`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url, access: 0))
            try "half".write(
                toFile: fixture.directory + "/.credentials.json.new", atomically: false,
                encoding: .utf8)
            _ = try await fixture.backend().registryAccess()
            #expect(try fixture.content().contains("ref-2"))
        }
        await fixture.transport.shutdown()
    }

    @Test func `a long-lived token that is refused is not refreshed`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(#"{"token":"old","backend_url":"\#(stub.url)"}"#)
            let backend = fixture.backend()
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(error == .unauthorized(reason: .rejected))
            #expect(stub.requests.count == 1)
        }
        await fixture.transport.shutdown()
    }

    @Test func `the variable's token is never refreshed`() async throws {
        let fixture = try Fixture()
        let rotation = Rotation()
        try await withStub(rotation.reply) { stub in
            try fixture.put(credentials(stub.url))
            let backend = fixture.backend(stub.url, token: "other")
            let error = await errorOf { () async throws(BackendError) in
                try await backend.registryAccess()
            }
            #expect(error == .unauthorized(reason: .environmentToken))
            #expect(stub.requests.count == 1)
        }
        await fixture.transport.shutdown()
    }
}
