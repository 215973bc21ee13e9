import EnclaviaCore
import EnclaviaEngine
import Testing

/// Why a push failed, as far as the client's messages say.
struct PushRefusalTests {
    private static func reference(
        _ repository: String = "app", _ tag: String = "v1"
    ) -> ImageReference {
        ImageReference(
            registry: "registry.example", owner: "alice", repository: repository, tag: tag)
    }

    @Test(arguments: [
        "tag invalid: The image tag v1 already exists in the app repository and cannot be"
            + " overwritten because the tag is immutable.",
        "received unexpected HTTP status: 413 Request Entity Too Large",
        "error parsing HTTP 413 response body: invalid character '<'",
        "manifest invalid: manifest invalid", "name invalid: Invalid repository name",
        "name unknown: The repository with name 'app' does not exist in the registry",
        "unsupported: The operation is unsupported.",
        "received unexpected HTTP status: 405 Method Not Allowed",
        // Podman's, with an empty body and with a proxy's page.
        "Error: writing blob: uploading layer to https://registry.example/v2/: StatusCode: 413, \"\"",
        "Error: writing manifest: uploading manifest v1 to registry.example/alice/app:"
            + " StatusCode: 405, \"\"",
        "received unexpected HTTP status: 413 Payload Too Large",
        "unexpected status from POST request to https://registry.example/v2/: 405 Method Not Allowed",
    ])
    func `a permanent refusal is recognized as permanent`(_ output: String) {
        let reference = Self.reference()
        #expect(PushRefusal.isPermanent(output, of: reference))
        #expect(!PushRefusal.isTransient(output, of: reference))
    }

    @Test(arguments: [
        "received unexpected HTTP status: 500 Internal Server Error",
        "received unexpected HTTP status: 503 Service Unavailable",
        "toomanyrequests: You have reached your pull rate limit",
        "read tcp 10.0.0.1:5: read: connection reset by peer", "net/http: TLS handshake timeout",
        "Put \"https://registry.example/v2/x/blobs/uploads/1\": EOF",
        "level=warning msg=\"unsupported: foo\"\nreceived unexpected HTTP status: 503 Service"
            + " Unavailable",
    ])
    func `a temporary refusal is recognized as temporary`(_ output: String) {
        #expect(PushRefusal.isTransient(output, of: Self.reference()))
        #expect(!PushRefusal.isPermanent(output, of: Self.reference()))
    }

    @Test(arguments: [
        ("toomanyrequests: retry-after: 395.741µs, allowed: 44000/minute", 0.001),
        ("toomanyrequests: retry-after: 1m2.5s", 62.5), ("Retry-After: 7", 7),
        ("toomanyrequests: retry-after: 1h", 3600), ("retry-after: 9999999999999999h", 1e6),
        ("retry-after: 12 s", 12), ("retry-after: 250ms, allowed", 0.25),
    ])
    func `the pause that a registry asks for is read`(_ output: String, _ seconds: Double) {
        #expect(PushRefusal.retryAfter(output) == .milliseconds(Int64(seconds * 1000)))
    }

    @Test(arguments: [
        "", "503", "retry-after:", "retry-after: soon", "retry-after: -1s",
        "retry-after: 5parsecs",
    ])
    func `an invalid pause is ignored`(_ output: String) {
        #expect(PushRefusal.retryAfter(output) == nil)
    }

    /// The client's messages for a push to a repository and a tag whose names read like a refusal.
    private static func words(_ name: String, _ cause: String) -> [String] {
        [
            "The push refers to repository [registry.example/alice/\(name)]\n\(cause)",
            "Error: writing manifest: uploading manifest \(name) to"
                + " registry.example/alice/\(name): \(cause)",
            "Put \"https://registry.example/v2/alice/\(name)/manifests/\(name)\": \(cause)",
            "tag \(name) of registry.example/alice/\(name):\(name): \(cause)",
            "Get \"https://registry.example/token?scope=repository%3Aalice%2F\(name)%3Apull\":"
                + " \(cause)",
            "\(name): digest: sha256:00 size: 3\n\(cause)", "cannot push \"\(name)\": \(cause)",
        ]
    }

    @Test(arguments: [
        "Error: trying to reuse blob sha256:b1cd at destination: failed to read from destination"
            + " repository alice/app: 403 (Forbidden)",
        "unexpected status from HEAD request to https://registry.example/v2/: 403 Forbidden",
        "Error: writing blob: initiating layer upload to /v2/alice/app/blobs/uploads/ in"
            + " registry.example: denied: requested access to the resource is denied",
        "Error: trying to reuse blob sha256:b1cd at destination: checking whether a blob sha256:b1cd"
            + " exists in registry.example/alice/app: unauthorized: authentication required",
        "FATA[0001] server message: insufficient_scope: authorization failed",
    ])
    func `the refusal message of every client is recognized`(_ output: String) {
        #expect(PushRefusal.isDenial(output, of: Self.reference()))
        #expect(!PushRefusal.isTransient(output, of: Self.reference()))
    }

    @Test(arguments: [
        #"time="2026-11-26T10:01:27Z" level=warning msg="Failed to read /x: denied: 503 (no)""#,
        "WARN[0000] Failed to load /etc/cni: denied: 503 Service Unavailable",
        "WARNING! Your password is stored: unauthorized: 500 (oh)",
        #"time="2026-11-26T10:01:29Z" level=warning msg="Failed, retrying in 1s ... (3/3). Error:"#
            + #" Get \"http://r/v2/\": connection refused: denied""#,
    ])
    func `a remark before the error is not the reason of the failure`(_ remark: String) {
        let reference = Self.reference()
        let output = remark + "\nError: writing blob: no space left on device"
        #expect(!PushRefusal.isDenial(output, of: reference))
        #expect(!PushRefusal.isTransient(output, of: reference))
        #expect(PushRefusal.isDenial(remark + "\nError: denied: no", of: reference))
        #expect(
            PushRefusal.isTransient(remark + "\nError: 503 (Service Unavailable)", of: reference))
    }

    @Test(arguments: [
        "denied", "unauthorized", "immutable", "401", "500", "toomanyrequests", "403", "sha256",
        "digest",
    ])
    func `a repository or a tag whose name reads like a refusal is not one`(_ name: String) {
        let reference = Self.reference(name, name)
        for output in Self.words(name, "no space left on device") {
            #expect(!PushRefusal.isDenial(output, of: reference), "\(output)")
            #expect(!PushRefusal.isTransient(output, of: reference), "\(output)")
            #expect(!PushRefusal.isPermanent(output, of: reference), "\(output)")
        }
        for output in Self.words(name, "denied: requested access to the resource is denied") {
            #expect(PushRefusal.isDenial(output, of: reference), "\(output)")
        }
    }
}
