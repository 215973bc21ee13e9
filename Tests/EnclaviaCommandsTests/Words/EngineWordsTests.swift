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
}
