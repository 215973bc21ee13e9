import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// How each engine identifies its images.
struct ImageStoreTests {
    private static let id = Digest(of: Array("image".utf8))
    private static let child = Digest(of: Array("child".utf8))
    private static let index = "application/vnd.oci.image.index.v1+json"
    private static let manifest = "application/vnd.oci.image.manifest.v1+json"

    private static func response(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Inspects an image of an engine that describes it with its id and these fields.
    private func inspect(
        _ members: String, name: String = "Engine"
    ) async throws -> EngineInspection {
        let server = try StubSocket { client in
            let body =
                if client.request.hasPrefix("GET /version") {
                    #"{"Version":"29.0.1","Components":[{"Name":"\#(name)"}]}"#
                } else {
                    #"{"Id":"\#(Self.id)"\#(members)}"#
                }
            client.send(Self.response(body))
        }
        let files = try TemporaryDirectory()
        for name in ["home", "runtime", "state", "bin"] { try files.makeDirectory(name) }
        try files.write("#!/bin/sh\nexit 1\n", to: "bin/docker", isProgram: true)
        let engine = DockerEngine(
            EngineSettings(
                environment: ["DOCKER_HOST": "unix://\(server.path)", "PATH": files.path("bin")],
                home: files.path("home"), runtimeDirectory: files.path("runtime"),
                stateDirectory: files.path("state")))
        return try await engine.inspect("app:v1")
    }

    static let stores: [(String, ImageStore)] = [
        ("", .docker),
        (#","RepoDigests":["app@\#(child)"]"#, .docker),
        (#","RepoDigests":["app@\#(id)"]"#, .containerd(manifests: nil)),
        (#","Descriptor":{"mediaType":"\#(index)"}"#, .containerd(manifests: nil)),
        (#","Descriptor":{"mediaType":"\#(manifest)"}"#, .containerd(manifests: [id])),
        (
            #","Descriptor":{"mediaType":"\#(index)"},"Manifests":[{"Id":"\#(child)"}]"#,
            .containerd(manifests: [child])
        ),
        (#","Descriptor":{},"Manifests":[]"#, .containerd(manifests: nil)),
    ]

    @Test(arguments: stores)
    func `the image store is recognized from the engine's description of an image`(
        _ members: String, _ store: ImageStore
    ) async throws {
        let inspection = try await inspect(members)
        #expect(inspection.store == store)
    }

    @Test func `podman's images are recognized by podman's own store`() async throws {
        let inspection = try await inspect(
            #","RepoDigests":["app@\#(Self.id)"]"#, name: "Podman Engine")
        #expect(inspection.store == .podman(mediaType: nil))
    }
}
