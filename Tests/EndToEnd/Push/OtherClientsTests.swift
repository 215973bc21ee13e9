import Foundation
import TestSupport
import Testing

/// Clients that take Docker's arguments and print other messages.
@Suite(.serialized)
struct OtherClientsTests {
    /// Nerdctl 1.7, as far as it speaks (pkg/infoutil/infoutil.go, pkg/cmd/image/push.go), with Docker's
    /// client and engine behind it.
    private static let nerdctl = #"""
        #!/bin/sh
        echo "$@" >> "$CALLS"
        case "$1" in
        --version) echo "nerdctl version 1.7.6"; exit ;;
        version)
            echo "Update available: nerdctl 2.1.2"
            echo '{"Client":{"Version":"v1.7.6","Os":"linux","Arch":"amd64","Components":[{"Name":"buildctl",
        "Version":""}]},"Server":{"Components":[{"Name":"containerd","Version":"v1.7.18","Details":
        {"GitCommit":"ae71819c"}},{"Name":"runc","Version":"1.1.12"}]}}'
            exit ;;
        push)
            DOCKER_HOST=$ENGINE docker "$@" > /dev/null || exit
            echo "INFO[0000] pushing as a reduced-platform image (application/vnd.oci.image.index.v1+json)"
            echo "elapsed: 0.1 s                      total:   2.6 Ki (25.6 KiB/s)"
            exit ;;
        esac
        export DOCKER_HOST="$ENGINE"
        exec docker "$@"
        """#

    @Test(arguments: ["nerdctl", "docker"])
    func `nerdctl pushes as docker does, and Docker's engine is not queried`(
        _ name: String
    ) async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("nerd:v1", seed: 70)
        let folder = try Folder()
        let client = try folder.write(
            Self.nerdctl, to: name == "docker" ? "shim/docker" : "bin/nerdctl", mode: 0o755)
        // Docker's engine runs on the machine, too: it would answer, but must not be used.
        let environment = [
            "ENCLAVIA_ENGINE": client, "CALLS": "\(folder.path)/calls",
            "ENGINE": sandbox.environment["DOCKER_HOST"] ?? "",
        ]
        let push = try await sandbox.enclavia(
            ["push", "nerd:v1", "nerd:denied", "--json"], environment: environment)
        #expect(push.status == 0, "\(push.out)\(push.err)")
        let record = try push.object()
        let engine = record["engine"] as? [String: Any]
        #expect(engine?["name"] as? String == "containerd")
        #expect(engine?["version"] as? String == "v1.7.18")
        #expect(record["digest_verified"] as? Bool == true)
        let digest = try #require(record["digest"] as? String)
        #expect(try await sandbox.registryDigest("nerd", tag: "denied") == digest)
        #expect(
            try sandbox.registryConfiguration(of: digest) == record["local_image_id"] as? String)
        let calls = try String(contentsOfFile: "\(folder.path)/calls", encoding: .utf8)
        for call in ["image inspect -- nerd:v1", "login ", "tag -- sha256:", "push -- "] {
            #expect(calls.contains(call), "\(calls)")
        }
        try await sandbox.expectNoSecrets()
    }
}
