import EnclaviaCommands
import EnclaviaCore
import Testing

/// The messages about the engine.
struct EngineMessagesTests {
    @Test(arguments: [
        (EngineProblem.apiVersion, "DOCKER_API_VERSION"), (.tls, "DOCKER_CERT_PATH"),
        (.address, "docker context ls"), (.notAnEngine, "DOCKER_HOST"), (.noResponse, "start it"),
    ])
    func `each engine problem is reported as unavailable, with its own next step`(
        _ problem: EngineProblem, _ step: String
    ) {
        let userError = ErrorMessages.explain(
            EngineError.problem(problem, reason: "x\u{1B}[2J"), stage: .login)
        #expect(userError.kind == .engineUnavailable)
        #expect(userError.exitStatus.rawValue == 69)
        #expect(userError.message.contains(step))
        #expect(!userError.message.contains("\u{1B}"))
        #expect(userError.hint == nil)
    }

    private func message(_ obstacle: SocketObstacle) -> UserError {
        ErrorMessages.explain(
            EngineError.problem(.socket(path: "/run/docker.sock", obstacle), reason: "permission"),
            stage: .inspect)
    }

    @Test func `the error for a forbidden socket names the group to join`() {
        let userError = message(.forbidden(.group("docker", isMember: false)))
        #expect(userError.kind == .engineUnavailable)
        #expect(userError.message.contains("/run/docker.sock"))
        #expect(userError.message.contains(#"add yourself to the group "docker""#))
        #expect(userError.message.contains("sudo usermod -aG docker"))
        #expect(userError.hint?.contains("root") == true)
        #expect(message(.forbidden(.group("x", isMember: true))).message.contains("newgrp x"))
        #expect(message(.forbidden(.unnamedGroup(998))).message.contains("--group-add 998"))
        #expect(message(.forbidden(.owner)).message.contains("sudo"))
        #expect(message(.forbidden(.owner)).message.contains(#"a group "docker""#))
    }

    @Test func `each obstacle of a socket has a message of its own`() {
        let obstacles: [SocketObstacle] = [
            .missing, .directory, .file, .connectionRefused, .directoryNotSearchable,
            .forbidden(.owner),
        ]
        let messages = obstacles.map { message($0).message }
        #expect(Set(messages).count == obstacles.count)
        #expect(messages.allSatisfy { $0.contains("/run/docker.sock") })
    }

    @Test func `the hint of a failed command has only the output that the error leaves out`() {
        func hint(_ output: String) -> String? {
            ErrorMessages.explain(
                EngineError.failed(command: "docker tag", status: 1, output: output), stage: .tag
            ).hint
        }
        #expect(hint("no space left on device\n") == nil)
        #expect(hint("warning: old\n\nno space left on device") == "warning: old")
        #expect(hint("") == nil)
    }

    @Test func `the hint of an unavailable engine does not repeat the error`() {
        func hint(_ reason: String) -> String? {
            ErrorMessages.explain(
                EngineError.unavailable(endpoint: "tcp://127.0.0.1:1", reason: reason), stage: nil
            ).hint
        }
        let plain =
            "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?"
        #expect(hint(plain) == nil)
        #expect(hint("timed out after 30 s") == "timed out after 30 s")
        #expect(hint("context \"x\" is in use\n\(plain)") == #"context "x" is in use"#)
    }

    @Test func `at most three images are suggested`() {
        let names = (1...5).map { "app:v\($0)" }
        let userError = ErrorMessages.explain(
            EngineError.imageNotFound(image: "ap", nearest: names), stage: .inspect)
        #expect(userError.hint == #"did you mean "app:v1", "app:v2" or "app:v3"?"#)
    }

    @Test func `a program that cannot be run is not reported as missing`() {
        let faults: [ProgramFault] = [
            .directory, .danglingLink(target: "/x"), .notRegular, .notExecutable, .noExecMount,
            .missingInterpreter("/bin/sh\r"), .noInterpreterLine, .empty, .missingLoader,
            .wrongFormat,
        ]
        let explanations = faults.map {
            ErrorMessages.explain(
                EngineError.unusableProgram(path: "/bin/docker", $0), stage: .inspect)
        }
        #expect(Set(explanations.map(\.message)).count == faults.count)
        for userError in explanations {
            #expect(userError.kind == .engineUnavailable)
            #expect(userError.message.contains("/bin/docker"))
            #expect(!userError.message.contains("is not on PATH"))
            #expect(!userError.message.contains("\r"))
        }
    }
}
