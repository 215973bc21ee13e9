import EnclaviaCore
import EnclaviaSandbox
import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `enclavia-sandbox up`, as it is shipped.
struct UpTests {
    @Test func `the environment file can be sourced, and is removed with the sandbox`()
        async throws
    {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "sb-\(UInt32.random(in: 0 ... .max)).env").path
        let result = try await Subprocess.run(
            .path(FilePath(SandboxProgram.path)),
            arguments: ["up", "--no-engine", "--env-file", file],
            input: .none, output: .string(limit: 1 << 16), error: .discarded
        ) { execution in
            try await expectEventually("the environment is there") {
                FileManager.default.fileExists(atPath: file)
            }
            let outcome = try await Run.shell(
                ". \(file) && curl -s $ENCLAVIA_SANDBOX_URL/_sandbox/state", environment: [:])
            #expect(JSONValue(bytes: outcome.out.utf8)?[key: "handle"] == .string("alice"))
            try execution.send(signal: .terminate)
        }
        #expect(result.terminationStatus == .exited(0))
        #expect(result.standardOutput.contains("export XDG_STATE_HOME='"))
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func `the environment is also available as JSON`() async throws {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "sb-\(UInt32.random(in: 0 ... .max)).env").path
        let result = try await Subprocess.run(
            .path(FilePath(SandboxProgram.path)),
            arguments: ["up", "--no-engine", "-q", "--json", "--env-file", file],
            input: .none, output: .bytes(limit: 1 << 16), error: .discarded
        ) { execution in
            try await expectEventually("the environment is there") {
                FileManager.default.fileExists(atPath: file)
            }
            try execution.send(signal: .interrupt)
        }
        #expect(result.terminationStatus == .exited(0))
        let object = JSONValue(bytes: result.standardOutput)
        #expect(object?[key: "ENCLAVIA_TOKEN"] == .null)
        #expect(object?[key: "DOCKER_HOST"]?.text?.hasPrefix("unix://") == true)
    }
}
