import Foundation
import TestSupport
import Testing

/// Docker, podman and skopeo, which have nothing but the credential helper in their configuration.
@Suite(.serialized)
struct OtherToolsTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("tools:v1", seed: 231)
        return sandbox
    }

    /// What a tool does, in shell. `R` is the registry; `image.tar` holds an image.
    struct Tool: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        /// The repository that it pushes to.
        var repository: String { "by-\(name)" }
        var testDescription: String { name }
    }

    private static let tools = [
        Tool(
            name: "docker",
            script: """
                docker tag tools:v1 "$R/alice/by-docker:v1"
                docker push "$R/alice/by-docker:v1"
                docker rmi "$R/alice/by-docker:v1"
                docker pull "$R/alice/by-docker:v1"
                docker rmi "$R/alice/by-docker:v1"
                """),
        Tool(
            name: "skopeo",
            script: """
                skopeo --insecure-policy copy --dest-tls-verify=false docker-archive:image.tar \\
                    "docker://$R/alice/by-skopeo:v1"
                skopeo inspect --tls-verify=false "docker://$R/alice/by-skopeo:v1"
                skopeo --insecure-policy copy --src-tls-verify=false "docker://$R/alice/by-skopeo:v1" dir:copy
                """),
        Tool(
            name: "podman",
            script: """
                podman load -i image.tar
                podman push --tls-verify=false tools:v1 "$R/alice/by-podman:v1"
                podman rmi -a -f
                podman pull --tls-verify=false "$R/alice/by-podman:v1"
                """),
    ]

    @Test(.enabled(if: geteuid() == 0), arguments: tools)
    func `a tool pushes and pulls with the helper alone, and the token stays nowhere`(
        _ tool: Tool
    ) async throws {
        let sandbox = try await Self.shared.value
        let place = try await HelperPlace(sandbox, configured: true)
        try place.folder.write("set -e\n\(tool.script)", to: "run.sh")
        let save = try await place.shell("docker save -o image.tar tools:v1")
        try #require(save.status == 0, "\(save.err)")
        // The trace is the only place outside of sockets and pipes that may show a token.
        let traces = try Folder()
        let run = try await place.shell(
            """
            strace -f -qq -v -s 65536 -o \(traces.path)/trace -e trace=execve,write sh run.sh >out 2>&1
            """, environment: ["CONTAINERS_STORAGE_CONF": try Self.storage(place.folder)])
        let output = try String(contentsOfFile: "\(place.folder.path)/out", encoding: .utf8)
        #expect(run.status == 0, "\(output)")
        #expect(try await sandbox.registryDigest(tool.repository, tag: "v1") != nil)
        let notified = try await sandbox.notifications().map { "\($0)" }
        #expect(!notified.contains { $0.contains(tool.repository) }, "only this program notifies")

        let trace = try String(contentsOfFile: "\(traces.path)/trace", encoding: .utf8)
        let issued = Set(
            trace.matches(of: /sandbox-registry-[A-Za-z0-9_-]{8,}/).map { String($0.output) })
        #expect(issued.count >= 2, "one for the push, one for the pull")
        let forms = SecretForms(Array(issued) + (try sandbox.secrets))
        let starts = trace.split(separator: "\n").filter { $0.contains("execve(") }
        #expect(starts.contains { $0.contains("\"docker-credential-enclavia\", \"get\"") })
        #expect(!starts.contains { forms.show(in: $0) })
        let files = try forms.files(below: [place.folder.path, sandbox.root, "/run/containers"])
        #expect(files == [sandbox.credentialsFile])
    }

    @Test func `without the entry, the registry refuses the same push`() async throws {
        let place = try await HelperPlace(try await Self.shared.value)
        let run = try await place.shell(
            "docker tag tools:v1 \"$R/alice/refused:v1\" && docker push \"$R/alice/refused:v1\"")
        #expect(run.status != 0)
        #expect((run.out + run.err).contains(/unauthorized|no basic auth|authentication required/))
    }

    @Test func `docker login and logout work, and keep nothing`() async throws {
        let sandbox = try await Self.shared.value
        let place = try await HelperPlace(sandbox, configured: true)
        let run = try await place.shell(
            """
            printf %s "$R" | docker-credential-enclavia get | jq -r .Secret |
                docker login -u alice --password-stdin "$R" && docker logout "$R"
            """)
        #expect(run.status == 0, "\(run.err)")
        let configuration = try String(
            contentsOfFile: "\(place.folder.path)/docker/config.json", encoding: .utf8)
        #expect(!configuration.contains("\"auth\""))
    }

    @Test func `a push of this program does not use the helper`() async throws {
        let sandbox = try await Self.shared.value
        let place = try await HelperPlace(sandbox, configured: true)
        let traces = try Folder()
        let push = try await place.shell(
            "strace -f -qq -o \(traces.path)/trace -e trace=execve enclavia push tools:v1 own:v1")
        #expect(push.status == 0, "\(push.err)")
        let trace = try String(contentsOfFile: "\(traces.path)/trace", encoding: .utf8)
        #expect(trace.contains("docker") && !trace.contains("docker-credential-"))
    }

    /// A storage of podman's own that needs no overlay file system.
    private static func storage(_ folder: Folder) throws -> String {
        try folder.write(
            """
            [storage]
            driver = "vfs"
            runroot = "\(folder.path)/run"
            graphroot = "\(folder.path)/graph"
            """, to: "storage.conf")
    }
}
