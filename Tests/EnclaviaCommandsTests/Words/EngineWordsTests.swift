import EnclaviaCommands
import EnclaviaCore
import Testing

/// The messages about the engine.
struct EngineWordsTests {
    @Test(arguments: [
        (EngineTrouble.apiVersion, "DOCKER_API_VERSION"), (.tls, "DOCKER_CERT_PATH"),
        (.address, "docker context ls"), (.foreignAnswer, "DOCKER_HOST"), (.noAnswer, "start it"),
    ])
    func `trouble with the engine is no refusal, and has a next step of its own`(
        _ trouble: EngineTrouble, _ step: String
    ) {
        let explanation = Words.explain(
            EngineError.trouble(trouble, reason: "x\u{1B}[2J"), stage: .login)
        #expect(explanation.kind == .engineUnavailable)
        #expect(explanation.exitStatus.rawValue == 69)
        #expect(explanation.message.contains(step))
        #expect(!explanation.message.contains("\u{1B}"))
        #expect(explanation.hint == nil)
    }

    private func message(_ obstacle: SocketObstacle) -> Explanation {
        Words.explain(
            EngineError.trouble(.socket(path: "/run/docker.sock", obstacle), reason: "permission"),
            stage: .inspect)
    }

    @Test func `who may not use the socket is told which group to join`() {
        let explanation = message(.forbidden(.group("docker", isMember: false)))
        #expect(explanation.kind == .engineUnavailable)
        #expect(explanation.message.contains("/run/docker.sock"))
        #expect(explanation.message.contains(#"add yourself to the group "docker""#))
        #expect(explanation.message.contains("sudo usermod -aG docker"))
        #expect(explanation.hint?.contains("root") == true)
        #expect(message(.forbidden(.group("x", isMember: true))).message.contains("newgrp x"))
        #expect(message(.forbidden(.unnamedGroup(998))).message.contains("--group-add 998"))
        #expect(message(.forbidden(.owner)).message.contains("sudo"))
    }

    @Test func `each obstacle of a socket has a message of its own`() {
        let obstacles: [SocketObstacle] = [
            .missing, .directory, .file, .deserted, .hidden, .forbidden(.owner),
        ]
        let messages = obstacles.map { message($0).message }
        #expect(Set(messages).count == obstacles.count)
        #expect(messages.allSatisfy { $0.contains("/run/docker.sock") })
    }

    @Test func `a program that cannot be run is not said to be missing`() {
        let faults: [ProgramFault] = [
            .directory, .danglingLink(target: "/x"), .notRegular, .notExecutable, .noExecMount,
            .missingInterpreter("/bin/sh\r"), .noInterpreterLine, .empty, .missingLoader,
            .foreignFormat,
        ]
        let explanations = faults.map {
            Words.explain(EngineError.unusableProgram(path: "/bin/docker", $0), stage: .inspect)
        }
        #expect(Set(explanations.map(\.message)).count == faults.count)
        for explanation in explanations {
            #expect(explanation.kind == .engineUnavailable)
            #expect(explanation.message.contains("/bin/docker"))
            #expect(!explanation.message.contains("is not on PATH"))
            #expect(!explanation.message.contains("\r"))
        }
    }
}
