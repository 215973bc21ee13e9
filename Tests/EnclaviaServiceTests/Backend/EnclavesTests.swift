import EnclaviaCore
import EnclaviaService
import Testing

/// The calls about enclaves.
struct EnclavesTests {
    private static let row = """
        {"id":"e1","name":null,"docker_image":"alice/app:v1","status":"running",\
        "instance_type":"small","created_at":"2026-08-01T10:00:00.123456Z","archived":false,\
        "endpoint":"https://e1.example","pcrs":{"pcr0":"ab"},"error_message":null,"new":{}}
        """

    @Test func `an enclave is read, and encoded with every key`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json("[\(Self.row)]") }) { stub in
            let enclaves = try await fixture.backend(stub.url, token: "t").list(archived: true)
            #expect(stub.requests.first?.uri == "/enclaves?archived=all")
            let enclave = try #require(enclaves.first)
            #expect(
                try JSONText.encode(EnclaveJSON(enclave))
                    == """
                    {"archived":false,"container_port":null,\
                    "created_at":"2026-08-01T10:00:00.123Z","docker_image":"alice/app:v1",\
                    "endpoint":"https://e1.example","error_message":null,"id":"e1",\
                    "instance_type":"small","name":null,"pcrs":{"pcr0":"ab"},\
                    "status":"running","storage_size_bytes":null,"upgradable":null,\
                    "visibility":null}
                    """)
        }
        await fixture.transport.shutdown()
    }

    @Test func `a request contains only the given options`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(Self.row, status: 201) }) { stub in
            let backend = fixture.backend(stub.url, token: "t")
            _ = try await backend.create(
                EnclaveRequest(image: "alice/app:v1", instanceType: .small))
            _ = try await backend.create(
                EnclaveRequest(
                    image: "a", instanceType: .large, containerPort: 8080,
                    storageSizeBytes: 1 << 30, name: "n", visibility: "public",
                    isUpgradable: true))
            #expect(
                stub.requests.map(\.body) == [
                    #"{"image":"alice/app:v1","instance_type":"small"}"#,
                    #"{"container_port":8080,"image":"a","instance_type":"large","name":"n","#
                        + #""storage_size_bytes":1073741824,"upgradable":true,"#
                        + #""visibility":"public"}"#,
                ])
            #expect(stub.requests.allSatisfy { $0.method == .POST && $0.uri == "/enclaves" })
        }
        await fixture.transport.shutdown()
    }

    @Test func `commands go to the right path whatever the id contains`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(204) }) { stub in
            let backend = fixture.backend(stub.url, token: "t")
            try await backend.stop("e1")
            try await backend.start("e1")
            try await backend.restart("../me?x#y")
            try await backend.destroy("e1")
            #expect(
                stub.requests.map { "\($0.method.rawValue) \($0.uri)" } == [
                    "POST /enclaves/e1/stop", "POST /enclaves/e1/start",
                    "POST /enclaves/..%2Fme%3Fx%23y/restart", "DELETE /enclaves/e1",
                ])
            for id in ["", ".", ".."] {
                let error = await errorOf { () async throws(BackendError) in
                    try await backend.destroy(id)
                }
                #expect(error == .notFound(what: "enclave \(id)"))
            }
            #expect(stub.requests.count == 4)
        }
        await fixture.transport.shutdown()
    }

    @Test func `the error for an unknown id names it`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .response(404) }) { stub in
            let backend = fixture.backend(stub.url, token: "t")
            let error = await errorOf { () async throws(BackendError) in
                try await backend.logs("e9")
            }
            #expect(error == .notFound(what: "enclave e9"))
        }
        await fixture.transport.shutdown()
    }

    @Test func `logs may be missing`() async throws {
        let fixture = try Fixture()
        try await withStub({ _ in .json(#"{"build_log":"built\n"}"#) }) { stub in
            let logs = try await fixture.backend(stub.url, token: "t").logs("e1")
            #expect(logs == EnclaveLogs(build: "built\n", runtime: nil))
            #expect(
                try JSONText.encode(EnclaveLogsJSON(logs))
                    == #"{"build_log":"built\n","runtime_log":null}"#)
        }
        await fixture.transport.shutdown()
    }
}
