import Foundation
import TestSupport
import Testing

/// A real backend and a real registry for all scenarios, and a stand-in for the engine's client that sends
/// one small image to that registry: these tests do not need the engine itself.
struct PowerLossLab: Sendable {
    let sandbox: Sandbox
    private let folder: Folder

    static let shared = Task { try await PowerLossLab() }

    private init() async throws {
        sandbox = try await Sandbox.start(["--credentials", "token"], engine: false)
        folder = try Folder()
        try folder.write(Self.client, to: "docker", mode: 0o700)
        try folder.write(Self.send, to: "send")
        try folder.write(Self.network, to: "network.c")
        let upload = try await sandbox.shell(Self.upload)
        try #require(upload.status == 0, "\(upload.out)\(upload.err)")
        let image = upload.out.trimmingCharacters(in: .newlines)
        try folder.write(image, to: "image")
    }

    var client: String { "\(folder.path)/docker" }

    static let hasCompiler =
        ["cc", "clang"].contains { program in
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
            }
        }

    /// The path of a library that makes `statfs` report every file system as a network file system.
    func networkLibrary() async throws -> String {
        let run = try await Run.shell(
            """
            [ -e network.so ] || "$(command -v cc || command -v clang)" -shared -fPIC \
                -o network.so network.c
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return "\(folder.path)/network.so"
    }

    /// Each tag has a manifest of its own, so that a digest identifies its tag.
    private static let client = #"""
        #!/bin/sh
        here=${0%/*}
        image=$(cat "$here/image")
        case $1 in
        version)
            echo '{"Client":{"Version":"28.0.0"},"Server":{"Version":"28.0.0","Components":[{"Name":"Engine"}]}}' ;;
        image)
            [ "$2" != inspect ] || printf '[{"Id":"%s","Size":9,"Config":{"Labels":{}}}]\n' "$image" ;;
        login)
            cat >"$DOCKER_CONFIG/password" ;;
        push)
            for reference; do :; done
            tag=${reference##*:}
            [ -e "$here/sent.$tag" ] || . "$here/send"
            digest=$(cat "$here/sent.$tag")
            printf %s "$digest" >"$MARKS/arrived.$tag"
            [ "$tag" != killed ] || kill -KILL $PPID
            echo "$tag: digest: $digest size: 9" ;;
        esac
        """#

    /// Stores the manifest of a tag in the registry, for all later pushes of that tag.
    private static let send = #"""
        path=${reference#*/} path=${path%:*}
        type=application/vnd.oci.image.manifest.v1+json
        config='"mediaType":"application/vnd.oci.image.config.v1+json","size":2'
        manifest=$(printf '{"schemaVersion":2,"mediaType":"%s","config":{%s,"digest":"%s"},%s' \
            $type "$config" "$image" "\"layers\":[],\"annotations\":{\"tag\":\"$tag\"}}")
        token=$(curl -sS --noproxy '*' -u "alice:$(cat "$DOCKER_CONFIG/password")" \
            "$ENCLAVIA_SANDBOX_URL/token?scope=repository:$path:pull,push")
        token=${token#*'"token":"'} token=${token%%'"'*}
        printf %s "$manifest" | curl -sS --fail-with-body --noproxy '*' -X PUT --data-binary @- \
            -H "Authorization: Bearer $token" -H "Content-Type: $type" \
            "http://${reference%%/*}/v2/$path/manifests/$tag" || exit
        digest=$(printf %s "$manifest" | sha256sum)
        printf %s "sha256:${digest%% *}" >"$here/sent.$tag.$$"
        mv "$here/sent.$tag.$$" "$here/sent.$tag"
        """#

    /// Uploads the images' configuration, and prints its digest.
    private static let upload = """
        set -eo pipefail
        ask() { curl -sS --fail-with-body --noproxy '*' "$@"; }
        access=$(jq -r .token "$XDG_CONFIG_HOME/enclavia/credentials.json")
        password=$(ask -H "Authorization: Bearer $access" "$ENCLAVIA_SANDBOX_URL/me/registry" | jq -r .token)
        token=$(ask -u "alice:$password" \
            "$ENCLAVIA_SANDBOX_URL/token?scope=repository:alice/app:pull,push" | jq -r .token)
        image=sha256:$(printf '{}' | sha256sum | cut -d' ' -f1)
        blobs=http://$ENCLAVIA_SANDBOX_REGISTRY/v2/alice/app/blobs
        place=$(ask -X POST -D - -o /dev/null -H "Authorization: Bearer $token" "$blobs/uploads/" \
            | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')
        case $place in /*) place=http://$ENCLAVIA_SANDBOX_REGISTRY$place ;; esac
        ask -X PUT -H "Authorization: Bearer $token" -H 'Content-Type: application/octet-stream' \
            --data-binary '{}' "$place&digest=$image" >&2
        echo "$image"
        """

    private static let network = """
        #define _GNU_SOURCE
        #include <sys/syscall.h>
        #include <sys/vfs.h>
        #include <unistd.h>
        int statfs(const char *path, struct statfs *found) {
            int result = syscall(SYS_statfs, path, found);
            if (result == 0) found->f_type = 0x6969;
            return result;
        }
        """
}
