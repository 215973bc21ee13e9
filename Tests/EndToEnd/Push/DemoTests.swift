import Foundation
import TestSupport
import Testing

/// `make demo`, as it runs once everything is built.
struct DemoTests {
    @Test(arguments: ["docker", "podman"])
    func `the demonstration shows a push, its record, and a tag that moves`(
        _ engine: String
    ) async throws {
        let build = (Build.product("enclavia") as NSString).deletingLastPathComponent
        let own = try await Sandbox.start()
        let images = "docker image ls --quiet --no-trunc | sort -u"
        let before = try await own.shell(images)
        let run = try await Run.shell(
            "make -s -o setup -o build BUILD='\(build)' demo 2>&1",
            environment: [
                "DOCKER_HOST": own.environment["DOCKER_HOST"] ?? "",
                "ENCLAVIA_ENGINE": engine,
            ],
            directory: Build.root)
        // A running engine is not used: the demonstration starts a private one.
        #expect(run.out.contains("starting a private container engine"))
        #expect(try await own.shell(images).out == before.out)
        try #require(run.status == 0, "\(run.out)")
        let shown = run.out
        // What is shown, in its order.
        var rest = shown[...]
        for words in [
            "$ enclavia-sandbox image hello:v1", "$ enclavia enclave create", "waiting",
            "$ enclavia push hello:v1 demo:v1", "pushing ", "pushed alice/demo:v1 in ", "new tag, ",
            "@sha256:",
            "$ enclavia enclave status", "running",
            "$ enclavia history", "demo:v1", "new", "$ enclavia status", "alice",
            "$ enclavia push hello:v2 demo:v1", "warning: ", "moved from", "staged",
            "$ enclavia history", "moved", "$ enclavia enclave restart", "$ enclavia enclave list",
        ] {
            let found = rest.range(of: words)
            #expect(found != nil, "\(words) is not shown after what comes before it:\n\(shown)")
            if let found { rest = rest[found.upperBound...] }
        }
        #expect(!shown.contains("error: "), "\(shown)")
    }
}
