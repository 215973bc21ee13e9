import Foundation
import TestSupport
import Testing

/// An engine whose pushes leave an index under the tag, as Docker's containerd image store does.
///
/// A shell script wraps the real client: it pushes the index after the manifest, and prints the
/// index's digest unless `IS_SILENT` is set.
@Suite(.serialized)
struct IndexTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 69)
        return sandbox
    }

    private static let engine = #"""
        #!/bin/bash
        set -eo pipefail
        export DOCKER_HOST=$ENGINE
        docker=$(PATH=${PATH#*:} command -v docker)
        case $1 in
        image)
            # The containerd image store names an image by its manifest.
            "$docker" "$@" | jq -c --arg id "$IMAGE_ID" 'if $id == "" then . else .[0].Id = $id end'
            exit ;;
        tag) # docker tag -- IMAGE REFERENCE, of an image that this engine knows by another id
            [ "$3" = "$IMAGE_ID" ] && exec "$docker" tag -- app:v1 "$4"
            exec "$docker" "$@" ;;
        push) ;;
        *) exec "$docker" "$@" ;;
        esac
        summary=$("$docker" "$@" | grep digest: | tr -d '\r')
        reference=${!#} host=${reference%%/*} name=${reference#*/}
        repository=${name%:*} tag=${name##*:}
        read -r _ _ digest _ size <<<"$summary"
        ask() { curl -sS --fail --noproxy '*' "$@"; }
        login=$(jq -r --arg host "$host" '.auths[$host].auth' "$DOCKER_CONFIG/config.json" | base64 -d)
        token=$(ask -u "$login" "$REALM?scope=repository:$repository:pull,push" | jq -r .token)
        type=application/vnd.oci.image.index.v1+json
        index=$(jq -nc --arg type "$type" --arg digest "$digest" --argjson size "$size" '{
            schemaVersion: 2, mediaType: $type, manifests: [{
                mediaType: "application/vnd.docker.distribution.manifest.v2+json",
                digest: $digest, size: $size, platform: {os: "linux", architecture: "amd64"}
            }]}')
        ask -X PUT -H "Authorization: Bearer $token" -H "Content-Type: $type" \
            --data-binary "$index" "http://$host/v2/$repository/manifests/$tag" >&2
        [ -n "$IS_SILENT" ] && exit
        echo "$tag: digest: sha256:$(printf %s "$index" | sha256sum | cut -c1-64) size: ${#index}"
        """#

    private func push(
        _ tag: String, environment more: [String: String] = [:]
    ) async throws -> [String: Any] {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        try folder.write(Self.engine, to: "docker", mode: 0o700)
        // If the engine is not at a local socket, every request goes through the client.
        let environment = [
            "DOCKER_HOST": "tcp://127.0.0.1:1", "ENGINE": sandbox.environment["DOCKER_HOST"] ?? "",
            "REALM": "\(sandbox.url)/token", "IMAGE_ID": "", "IS_SILENT": "",
        ].merging(more) { $1 }
        let run = try await sandbox.shell(
            "PATH=\(folder.path):$PATH enclavia push app:v1 index:\(tag) --json",
            environment: environment)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        return try run.object()
    }

    @Test func `the digest and the media type of an index are recorded`() async throws {
        let sandbox = try await Self.shared.value
        let record = try await push("v1")
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["digest_verified"] as? Bool == true)
        #expect(record["media_type"] as? String == "application/vnd.oci.image.index.v1+json")
        #expect(record["size_bytes"] is NSNull, "an index has no layers")
        let held = try await sandbox.registryDigest("index", tag: "v1")
        #expect(record["digest"] as? String == held)
        let body = try await sandbox.notifications().last?["body"] as? [String: Any]
        #expect(body?["digest"] as? String == held)
    }

    @Test func `an index that the engine does not report is recognized by its manifest`()
        async throws
    {
        let sandbox = try await Self.shared.value
        // The manifest that the index holds is the one that a plain push leaves.
        let plain = try await sandbox.enclavia("push", "app:v1", "plain:v1", "--json").object()
        let id = try #require(plain["digest"] as? String)
        let record = try await push("v2", environment: ["IMAGE_ID": id, "IS_SILENT": "yes"])
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["local_image_id"] as? String == id)
        #expect(
            record["digest"] as? String == (try await sandbox.registryDigest("index", tag: "v2")))
        #expect(record["media_type"] as? String == "application/vnd.oci.image.index.v1+json")
    }
}
