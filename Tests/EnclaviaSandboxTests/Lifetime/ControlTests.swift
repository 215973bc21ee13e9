import EnclaviaCore
import EnclaviaSandbox
import Foundation
import TestSupport
import Testing

/// `enclavia-sandbox fault` and `log`, from inside a sandbox.
@Suite(.services, .serialized)
struct ControlTests {
    func inside(_ arguments: [String]) async throws -> Run {
        try await SandboxProgram.run(
            arguments, environment: try Current.environment)
    }

    @Test func `faults are set, shown and cleared`() async throws {
        let set = try await inside(["fault", "notify=500*2", "registry=no-head,read-503"])
        #expect(set.out == #"{"notify":"500*2","registry":"no-head,read-503"}"# + "\n")
        let cleared = try await inside(["fault"])
        #expect(cleared.out == "{}\n")
        let wrong = try await inside(["fault", "notify=sulk"])
        #expect(wrong.status == 64)
        #expect(wrong.err.contains("notify does not support the fault \"sulk\""))
    }

    @Test func `the log is printed, filtered and forgotten`() async throws {
        _ = try await inside(["log", "--clear"])
        _ = try await Caller.loggedIn().get("/me/registry")
        _ = try await Caller.loggedIn().get("/enclaves")
        let log = try await inside(["log", "--path", "/me"])
        let entries = try #require(JSONValue(bytes: log.out.utf8)?.elements)
        #expect(entries.map { $0[key: "path"] } == [.string("/me/registry")])
        _ = try await inside(["log", "--clear"])
        #expect(try await inside(["log"]).out == "[]\n")
    }

    @Test func `outside a sandbox the error says so`() async throws {
        let outcome = try await SandboxProgram.run(["log"])
        #expect(outcome.status == 69)
        #expect(outcome.err.contains("ENCLAVIA_SANDBOX_URL"))
    }
}
