import Foundation
import TestSupport
import Testing

/// `ENCLAVIA_ENGINE=podman`, with a storage of its own that needs no overlay file system.
@Suite(.serialized, .enabled(if: geteuid() == 0))
struct PodmanTests {
    /// A sandbox with an image in a podman of its own, and podman's shim named `docker`.
    private struct Place: Sendable {
        let sandbox: Sandbox
        let folder: Folder
        let environment: [String: String]

        /// As the package podman-docker installs it.
        var shim: [String: String] {
            environment.merging(["ENCLAVIA_ENGINE": "\(folder.path)/shim/docker"]) { $1 }
        }
    }

    private static let shared = Task {
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
        try folder.write(
            """
            #!/bin/sh
            echo "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg." >&2
            exec podman "$@"
            """, to: "shim/docker", mode: 0o755)
        let environment = [
            "ENCLAVIA_ENGINE": "podman", "CONTAINERS_STORAGE_CONF": "\(folder.path)/storage.conf",
        ]
        let load = try await sandbox.shell(
            "docker save pod:v1 | podman load", environment: environment)
        try #require(load.status == 0, "\(load.err)")
        return Place(sandbox: sandbox, folder: folder, environment: environment)
    }

    @Test(arguments: ["denied", "unauthorized", "sha256", "digest", "403"])
    func `a tag whose name reads like a refusal is pushed through podman's shim`(
        _ tag: String
    ) async throws {
        let place = try await Self.shared.value
        let push = try await place.sandbox.enclavia(
            ["push", "pod:v1", "denied:\(tag)", "--json"], environment: place.shim)
        #expect(push.status == 0, "\(push.out)\(push.err)")
        let record = try push.object()
        #expect(record["digest_verified"] as? Bool == true)
        #expect((record["engine"] as? [String: Any])?["name"] as? String == "podman")
        #expect(
            record["digest"] as? String
                == (try await place.sandbox.registryDigest("denied", tag: tag)))
    }

    @Test(arguments: ["403", "401"])
    func `under podman a refusal is reported as the registry's, not as the engine's`(
        _ fault: String
    ) async throws {
        let place = try await Self.shared.value
        try await place.sandbox.faults(["registry": fault])
        let push = try await place.sandbox.enclavia(
            ["push", "pod:v1", "refused:denied", "--json"], environment: place.shim)
        try await place.sandbox.faults([:])
        #expect(push.status == 69, "\(push.out)\(push.err)")
        let failure = try push.object()
        #expect(failure["kind"] as? String == "refused", "\(push.out)")
        #expect(failure["stage"] as? String == "push")
        #expect(failure["retryable"] as? Bool == false)
    }

    @Test func `podman stores no credentials, and doctor finds no problem with it`() async throws {
        let place = try await Self.shared.value
        let home = try Folder()
        let environment = place.shim.merging(["HOME": home.path]) { $1 }
        let push = try await place.sandbox.enclavia(
            ["push", "pod:v1", "kept:v1", "--json"], environment: environment)
        #expect(push.status == 0, "\(push.out)\(push.err)")
        try await place.sandbox.expectNoSecrets()
        // In Docker's configuration, in the runtime directory, or where root's podman stores them
        // (containers-auth.json(5)).
        let left = try await Run.program(
            "grep",
            [
                "-rlsF", "\"\(place.sandbox.registry)\": {", place.sandbox.root, home.path,
                "/run/containers/\(geteuid())",
            ])
        #expect(left.out == "")
        let doctor = try await place.sandbox.enclavia(
            ["doctor", "--json"], environment: environment)
        let findings = try #require(try doctor.object()["findings"] as? [[String: Any]])
        for check in ["engine_client", "engine"] {
            let found = findings.filter { $0["check"] as? String == check }
            #expect(found.map { $0["level"] as? String } == ["ok"], "\(found)")
        }
    }

    @Test func `podman pushes, and its digest file is the source of the digest`() async throws {
        let place = try await Self.shared.value
        let (sandbox, folder, environment) = (place.sandbox, place.folder, place.environment)
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
        // Podman pushes an image by its id, even if its tag has moved to another image meanwhile.
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
