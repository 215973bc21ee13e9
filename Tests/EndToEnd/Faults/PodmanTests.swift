import Foundation
import TestSupport
import Testing

/// `ENCLAVIA_ENGINE=podman`, with a storage of its own that needs no overlay file system.
@Suite(.serialized, .enabled(if: geteuid() == 0))
struct PodmanTests {
    @Test func `podman pushes, and its digest file is the source of the digest`() async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("pod:v1", seed: 68)
        let folder = try Folder()
        try folder.write(
            """
            [storage]
            driver = "vfs"
            runroot = "\(folder.path)/run"
            graphroot = "\(folder.path)/graph"
            """, to: "storage.conf")
        let environment = [
            "ENCLAVIA_ENGINE": "podman", "CONTAINERS_STORAGE_CONF": "\(folder.path)/storage.conf",
        ]
        let load = try await sandbox.shell(
            "docker save pod:v1 | podman load", environment: environment)
        try #require(load.status == 0, "\(load.err)")
        let push = try await sandbox.enclavia(
            ["push", "pod:v1", "pod:v1", "--json"], environment: environment)
        #expect(push.status == 0, "\(push.out)\(push.err)")
        let record = try push.object()
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["digest_verified"] as? Bool == true)
        #expect((record["engine"] as? [String: Any])?["name"] as? String == "podman")
        #expect((record["notify"] as? [String: Any])?["outcome"] as? String == "delivered")
        try await sandbox.expectNoSecrets()
        #expect(!push.err.contains("warning: "), "\(push.err)")
        #expect(
            try sandbox.registryConfiguration(of: try #require(record["digest"] as? String))
                == record["local_image_id"] as? String)
        // Podman pushes an image by its id, whoever else has got its name meanwhile.
        try folder.write(
            """
            #!/bin/sh
            [ "$1" = push ] && for reference; do :; done && $PODMAN tag other:v1 "$reference"
            exec $PODMAN "$@"
            """, to: "bin/podman", mode: 0o755)
        try await sandbox.image("other:v1", seed: 69)
        let taken = try await sandbox.shell(
            """
            export PODMAN=$(command -v podman) PATH=\(folder.path)/bin:$PATH
            docker save other:v1 | podman load >/dev/null && enclavia push pod:v1 pod:v2 --json
            """, environment: environment)
        #expect(taken.status == 0, "\(taken.err)")
        #expect(try taken.object()["digest"] as? String == record["digest"] as? String)
        let missing = try await sandbox.enclavia(
            ["push", "nothing:v1", "pod:v1", "--json"], environment: environment)
        #expect(missing.status == 66)
    }
}
