import Foundation
import TestSupport
import Testing

/// A sandbox in which other tools push, shared by the tests of `record`.
enum RecordPlace {
    static let shared = Task { try await Sandbox.start(["--build-time", "1"]) }

    /// The sandbox without earlier requests in its log.
    static func cleared() async throws -> Sandbox {
        let sandbox = try await shared.value
        try await sandbox.faults([:])
        try await sandbox.clearLog()
        return sandbox
    }
}

extension Sandbox {
    /// Logs in with Docker itself, builds an image and pushes it under each of these names.
    ///
    /// - Returns: the digest.
    func dockerPush(
        _ names: String..., seed: Int, labels: [String: String] = [:]
    ) async throws -> String {
        try await image("external:\(seed)", seed: seed, labels: labels)
        let run = try await shell(
            """
            set -eo pipefail
            \(Self.registryLogin)
            docker login "$ENCLAVIA_SANDBOX_REGISTRY" -u alice --password-stdin <<<"$password" >&2
            for name in \(names.joined(separator: " ")); do
                docker tag external:\(seed) "$ENCLAVIA_SANDBOX_REGISTRY/alice/$name" >&2
                docker push "$ENCLAVIA_SANDBOX_REGISTRY/alice/$name" | grep digest: | awk '{ print $3 }'
            done
            """)
        try #require(run.status == 0, "\(run.err)")
        let digests = Set(run.out.split(separator: "\n").map(String.init))
        try #require(digests.count == 1, "\(run.out)")
        return try #require(digests.first)
    }

    /// Puts an index with one image of a platform under a tag.
    ///
    /// - Returns: the digest of the index.
    func putIndex(of digest: String, as name: String) async throws -> String {
        let parts = name.split(separator: ":").map(String.init)
        let run = try await shell(
            """
            set -eo pipefail
            \(Self.registryLogin)
            token=$(ask -u "alice:$password" \
                "$ENCLAVIA_SANDBOX_URL/token?scope=repository:alice/\(parts[0]):pull,push" | jq -r .token)
            type=application/vnd.oci.image.index.v1+json
            url=http://$ENCLAVIA_SANDBOX_REGISTRY/v2/alice/\(parts[0])/manifests
            size=$(ask -H "Authorization: Bearer $token" \
                -H "Accept: application/vnd.docker.distribution.manifest.v2+json" "$url/\(digest)" | wc -c)
            index=$(jq -nc --arg type "$type" --argjson size "$size" '{
                schemaVersion: 2, mediaType: $type, manifests: [{
                    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
                    digest: "\(digest)", size: $size, platform: {os: "linux", architecture: "amd64"}
                }]}')
            ask --fail -X PUT -H "Authorization: Bearer $token" -H "Content-Type: $type" \
                --data-binary "$index" "$url/\(parts[1])" >&2
            printf 'sha256:%s' "$(printf %s "$index" | sha256sum | cut -c1-64)"
            """)
        try #require(run.status == 0, "\(run.err)")
        return run.out
    }

    /// Puts the manifest with that digest under further tags.
    func putTags(_ tags: [String], of digest: String, in repository: String) async throws {
        let folder = try Folder()
        let run = try await shell(
            """
            set -eo pipefail
            \(Self.registryLogin)
            token=$(ask -u "alice:$password" \
                "$ENCLAVIA_SANDBOX_URL/token?scope=repository:alice/\(repository):pull,push" | jq -r .token)
            type=application/vnd.docker.distribution.manifest.v2+json
            url=http://$ENCLAVIA_SANDBOX_REGISTRY/v2/alice/\(repository)/manifests
            ask --fail -H "Authorization: Bearer $token" -H "Accept: $type" "$url/\(digest)" >manifest
            for tag in \(tags.joined(separator: " ")); do
                ask --fail -X PUT -H "Authorization: Bearer $token" -H "Content-Type: $type" \
                    --data-binary @manifest "$url/$tag"
            done
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        withExtendedLifetime(folder) {}
    }

    /// Sets `$password`, the registry's, and defines `ask`.
    static let registryLogin = """
        ask() { curl -sS --noproxy '*' "$@"; }
        access=$(jq -r .access_token "$XDG_CONFIG_HOME/enclavia/credentials.json")
        password=$(ask -H "Authorization: Bearer $access" "$ENCLAVIA_SANDBOX_URL/me/registry" | jq -r .token)
        """

    /// The images and digests of the notifications that the backend received, `image@digest`.
    func told() async throws -> [String] {
        try await notifications().compactMap { request in
            let body = request["body"] as? [String: Any]
            return "\(body?["image"] ?? "")@\(body?["digest"] ?? "")"
        }
    }

    /// How many pushes of a repository are recorded.
    func recorded(_ repository: String) async throws -> String {
        guard FileManager.default.fileExists(atPath: database) else { return "0" }
        return try await sql("SELECT count(*) FROM push_v1 WHERE repository = '\(repository)'")
    }

    /// One target of a metadata file, as buildx 0.17 writes it (docs/reference/buildx_build.md).
    func buildxTarget(_ digest: String, names: [String]) -> String {
        let names = names.map { "\(registry)/alice/\($0)" }.joined(separator: ",")
        return """
            {
              "buildx.build.provenance": {"buildType": "https://mobyproject.org/buildkit@v1", "materials": []},
              "buildx.build.ref": "default/default/0fjb6ubs52xx3vygf6fgdl611",
              "containerimage.config.digest": "sha256:\(String(repeating: "1", count: 64))",
              "containerimage.descriptor": {
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "digest": "\(digest)",
                "size": 506
              },
              "containerimage.digest": "\(digest)",
              "image.name": "\(names)"
            }
            """
    }
}
