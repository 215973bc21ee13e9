import EnclaviaSandbox
import Foundation
import TestSupport
import Testing

/// A real engine, a real registry.
@Suite(.engine, .serialized)
struct PushTests {
    /// Runs a script inside the sandbox with `$registry` and a function `login`.
    func inside(_ script: String) async throws -> Run {
        let sandbox = try Current.get()
        let account = try await Caller.loggedIn().get("/me/registry")
        var environment = try Current.environment
        environment["registry"] = sandbox.registry
        environment["password"] = try #require(account["token"]?.text)
        environment["sandbox"] = SandboxProgram.path
        return try await Run.shell(
            """
            set -e
            login() {
                printf %s "$password" | docker login "$registry" -u alice --password-stdin 2>&1
            }
            make() { "$sandbox" image "$@" >/dev/null; }
            \(script)
            """, environment: environment)
    }

    /// The registry's answer about a manifest, requested with a token of the realm.
    func manifest(
        _ reference: String, repository: String = "alice/app", method: String = "HEAD"
    ) async throws -> Caller.Reply {
        let account = try await Caller.loggedIn().get("/me/registry")
        let password = try #require(account["token"]?.text)
        let basic = Data("alice:\(password)".utf8).base64EncodedString()
        let realm = Caller(base: try Current.get().backendURL, authorization: "Basic \(basic)")
        let token = try #require(
            try await realm.get("/token?scope=repository:\(repository):pull")["token"]?.text)
        let registry = Caller(
            base: "http://\(try Current.get().registry)", authorization: "Bearer \(token)")
        return try await registry.call(
            method, "/v2/\(repository)/manifests/\(reference)",
            headers: ["Accept": "application/vnd.docker.distribution.manifest.v2+json"])
    }

    @Test(arguments: ["/usr/bin/docker", "docker"])
    func `login, push and pull`(docker: String) async throws {
        let outcome = try await inside(
            """
            login | tail -1
            make hello --size 100000
            \(docker) tag hello $registry/alice/app:v1
            \(docker) push $registry/alice/app:v1 | tail -1
            \(docker) rmi $registry/alice/app:v1 >/dev/null
            \(docker) pull --quiet $registry/alice/app:v1
            """)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.out.contains("Login Succeeded"))
        let digest = try #require(outcome.out.firstMatch(of: /digest: (sha256:[0-9a-f]{64})/))
        let reply = try await manifest("v1")
        #expect(reply.status == 200)
        #expect(reply.headers["docker-content-digest"] == String(digest.1))
    }

    @Test func `a wrong password and another's namespace are refused`() async throws {
        let wrong = try await inside("password=nonsense; login")
        #expect(wrong.status != 0)
        #expect(wrong.out.contains("unauthorized"))
        let foreign = try await inside(
            """
            login >/dev/null
            make hello
            docker tag hello $registry/bob/app:v1
            docker push $registry/bob/app:v1 2>&1
            """)
        #expect(foreign.status != 0)
        #expect(foreign.out.contains("denied"))
    }

    static let push = """
        login >/dev/null
        make hello --seed 7
        docker tag hello $registry/alice/late:v1
        docker push $registry/alice/late:v1 2>&1
        """

    @Test func `a token that expires during a push fails it once`() async throws {
        let caller = try Caller.loggedIn()
        let old = try #require(try await caller.get("/me/registry")["token"]?.text)
        try await caller.setFaults(#"{"token": "expires-during-push*1"}"#)
        let first = try await inside(Self.push)
        #expect(first.status != 0)
        #expect(first.out.contains("unauthorized"))
        let oldLogin = try await inside("password=\(old); login")
        #expect(oldLogin.status != 0)
        #expect(try await inside(Self.push).status == 0)
    }

    @Test func `a push whose answer is lost has arrived`() async throws {
        try await Caller.loggedIn().setFaults(#"{"registry": "lost-answer*1"}"#)
        let outcome = try await inside(Self.push.replacing("late", with: "lost"))
        #expect(outcome.status != 0)
        #expect(try await manifest("v1", repository: "alice/lost").status == 200)
    }

    @Test func `a push whose last step is refused can be repeated`() async throws {
        try await Caller.loggedIn().setFaults(#"{"registry": "401-once"}"#)
        let script = Self.push.replacing("late", with: "once")
        #expect(try await inside(script).status != 0)
        #expect(try await inside(script).status == 0)
    }

    @Test func `the registry can omit a digest or return a wrong one`() async throws {
        let caller = try Caller.loggedIn()
        #expect(try await inside(Self.push.replacing("late", with: "app")).status == 0)
        let honest = try #require(try await manifest("v1").headers["docker-content-digest"])
        for (fault, status, digest) in [
            ("no-digest-header", 200, nil),
            ("lying-digest", 200, "sha256:" + String(repeating: "0", count: 64)),
            ("missing-manifest", 404, nil), ("no-head", 405, nil), ("read-500", 500, nil),
            ("read-429", 429, nil), ("read-garbage", 405, nil),
        ] {
            try await caller.setFaults(#"{"registry": "\#(fault)*1"}"#)
            let reply = try await manifest("v1")
            #expect(reply.status == status, "\(fault)")
            #expect(reply.headers["docker-content-digest"] == digest, "\(fault)")
        }
        try await caller.setFaults(#"{"registry": "no-head,read-missing-field*1"}"#)
        #expect(try await manifest("v1").status == 405)
        let bare = try await manifest("v1", method: "GET")
        #expect(bare.json == .object([:]))
        #expect(bare.headers["content-type"]?.contains("manifest") == true)
        try await caller.setFaults(#"{"registry": "missing-digest*1"}"#)
        #expect(try await manifest("v1", method: "GET").status == 200)
        #expect(try await manifest(honest, method: "GET").status == 404)
        #expect(try await manifest(honest, method: "GET").status == 200)
        try await caller.setFaults(#"{"registry": "down*1"}"#)
        await #expect(throws: (any Error).self) { try await manifest("v1") }
        #expect(try await manifest(honest).headers["docker-content-digest"] == honest)
    }

    @Test func `a running engine is used, and the sandbox's tags are removed at the end`()
        async throws
    {
        let environment = try Current.environment
        let outcome = try await SandboxProgram.run(
            [
                "run", "-q", "--", "sh", "-c",
                """
                "$0" image guest >&2
                docker tag guest "$ENCLAVIA_SANDBOX_REGISTRY/alice/guest:v1"
                echo "$ENCLAVIA_SANDBOX_REGISTRY"
                """, SandboxProgram.path,
            ], environment: environment)
        #expect(outcome.status == 0, "\(outcome.err)")
        let images = try await inside("docker image ls --format '{{.Repository}}'").out
        #expect(images.contains("guest"))
        let guest = outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(!guest.isEmpty && !images.contains(guest))
    }
}
