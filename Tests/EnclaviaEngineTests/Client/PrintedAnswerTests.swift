import EnclaviaCore
import EnclaviaEngine
import Testing

/// JSON answers among notices on standard output.
struct PrintedAnswerTests {
    private static let id = "sha256:" + String(repeating: "c", count: 64)
    private static let away = ["DOCKER_HOST": "tcp://127.0.0.1:9"]

    /// A client that answers, with something before and after each answer.
    private static func client(
        before: String = "", after: String = "",
        version: String = #"{"Client":{"Version":"28.2.2"},"Server":{"Version":"20.10.24"}}"#,
        image: String = #"[{"Id":"\#(id)","Size":7,"Config":{"Labels":null}}]"#
    ) throws -> FakeClient {
        let files = [("version", version), ("image", image)]
        let client = try FakeClient(
            #"cat "$FILES/before" "$FILES/$1" "$FILES/after""#, environment: away)
        for (name, text) in files + [("before", before), ("after", after)] {
            try client.files.write(text, to: name)
        }
        return client
    }

    @Test(arguments: [
        "", "\n", "Update available: 2.0 -> 2.1\n", "Update available: ",
        "WARNING: No swap limit support\n", "[WARN] \"proxy\" is not set\n", "see {docs}: ",
        "# it's \"quoted\n", "[]\n", "{}\n", #"{"level":"warn","msg":"Version: {9}"}"# + "\n",
        #"{"Version":"9.9.9","Id":"sha256:00"}"# + "\n", "[1, 2]", "[[",
        "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.\n",
    ])
    func `a notice before or after an answer is ignored`(_ notice: String) async throws {
        for client in [try Self.client(before: notice), try Self.client(after: "\n" + notice)] {
            let inspection = try await client.engine.inspect("app:v1")
            #expect(inspection.image == LocalImage(id: Self.id))
            #expect(inspection.engine == EngineVersion(name: "docker", version: "20.10.24"))
            #expect(inspection.sizeBytes == 7)
        }
    }

    @Test(arguments: [
        ("nonsense \u{1B}[2J", "\"nonsense \u{1B}[2J\""), ("", "an empty output"),
        ("{}", "\"{}\""), ("\n \nsecond\nthird", "\"second\""),
        (String(repeating: "x", count: 500), "\"\(String(repeating: "x", count: 80))…\""),
    ])
    func `an error quotes output without an answer`(_ output: String, _ excerpt: String)
        async throws
    {
        let version = try Self.client(version: output)
        await #expect(
            throws: EngineError.badOutput(
                command: "docker version", detail: "no version in \(excerpt)")
        ) {
            try await version.engine.inspect("app:v1")
        }
        let image = try Self.client(image: output)
        await #expect(
            throws: EngineError.badOutput(
                command: "docker image inspect", detail: "no image in \(excerpt)")
        ) {
            try await image.engine.inspect("app:v1")
        }
    }

    @Test func `a part of another answer does not count as an image`() async throws {
        let text = #"[{"ID":"x","Manifests":[{"Id":"\#(Self.id)"}]}]"#
        let client = try Self.client(image: text)
        await #expect(throws: EngineError.self) { try await client.engine.inspect("app:v1") }
        let bad = try Self.client(image: #"[{"Id":"latest"}]"#)
        await #expect(throws: EngineError.self) { try await bad.engine.inspect("app:v1") }
    }

    /// The shape is that of nerdctl 1 and 2 (pkg/inspecttypes/dockercompat), whose server has no version.
    @Test func `nerdctl's engine is containerd`() async throws {
        let client = try Self.client(
            before: #"time="2026-11-26T09:30:18Z" level=warning msg="unable to determine buildctl"#
                + "\n",
            version:
                #"{"Client":{"Version":"v1.7.6","GitCommit":"845e989f69d25b420ae325fedc8e70186243"#
                + #"fd93","GoVersion":"go1.21.10","Os":"linux","Arch":"amd64","Components":[{"Name":"#
                + #""buildctl","Version":""}]},"Server":{"Components":[{"Name":"containerd","Version":"#
                + #""v1.7.18","Details":{"GitCommit":"ae71819c4f5e67bb4d5ae76a6b735f29cc25774e"}},"#
                + #"{"Name":"runc","Version":"1.1.12"}]}}"#,
            image: #"[{"Id":"\#(Self.id)","RepoTags":["app:v1"],"RepoDigests":["app@sha256:"#
                + String(repeating: "d", count: 64) + #""],"Comment":"","Config":{"Labels":"#
                + #"{"org.opencontainers.image.revision":"3f9a1c"}},"Size":7}]"#)
        let inspection = try await client.engine.inspect("app:v1")
        #expect(inspection.engine == EngineVersion(name: "containerd", version: "v1.7.18"))
        #expect(inspection.image == LocalImage(id: Self.id, revision: "3f9a1c"))
        #expect(inspection.store == .docker)
    }

    @Test func `nerdctl's push has no digest, and its refusals are the registry's`() async throws {
        let pushed = """
            INFO[0000] pushing as a reduced-platform image (application/vnd.oci.image.index.v1+json, \
            \(Self.id))
            index-\(Self.id):    done           |++++++++++++++++++++++++++++++++++++++|
            elapsed: 0.1 s                              total:   2.6 Ki (25.6 KiB/s)
            """
        let client = try FakeClient("cat \"$FILES/pushed\"")
        try client.files.write(pushed, to: "pushed")
        #expect(try await client.push() == nil)
        let words = "FATA[0001] server message: insufficient_scope: authorization failed"
        let refused = try FakeClient("echo '\(words)' >&2; exit 1")
        await #expect(
            throws: EngineError.denied(
                reference: FakeClient.reference.description, output: words)
        ) {
            try await refused.push()
        }
    }

    @Test func `a notice is not suggested as an image name`() async throws {
        let client = try FakeClient(
            """
            case "$1 $2" in
            "version "*) echo '{"Client":{"Version":"28"},"Server":{"Version":"28"}}';;
            "image ls") echo "apps:v1 is out of date"; echo "apps:v1";;
            *) echo "Error: No such image: app:v1" >&2; exit 1;;
            esac
            """, environment: Self.away)
        await #expect(throws: EngineError.imageNotFound(image: "app:v1", nearest: ["apps:v1"])) {
            try await client.engine.inspect("app:v1")
        }
    }

    @Test func `a script for podman that prints a notice first is still podman`() async throws {
        let client = try FakeClient(
            """
            echo "This machine belongs to the build team."
            [ "$1" = --version ] && echo "podman version 4.3.1"
            echo "$@" >"$FILES/arguments"
            """, environment: Self.away)
        #expect(try await client.push() == nil)
        #expect(try client.files.read("arguments").contains("--digestfile"))
    }

    @Test func `an error does not show a password that the client repeats`() async throws {
        let secret = "password-0123456789"
        let secrets = SecretScrubber()
        secrets.add(Secret(secret))
        let client = try FakeClient(
            #"[ "$1" = login ] || exit 0; echo "wrong password: $(cat)" >&2; exit 1"#,
            secrets: secrets)
        let session = try await client.engine.openSession(for: "registry.example")
        let error = await #expect(throws: EngineError.self) {
            try await session.login(handle: "alice", password: Secret(secret))
        }
        await session.close()
        #expect("\(try #require(error))".contains("wrong password: •••"))
    }
}
