import EnclaviaCommands
import EnclaviaCore
import Testing

/// The message about enclaves that `--wait` followed, and the exit code.
struct EnclaveMessagesTests {
    private func enclave(_ status: String, _ message: String? = nil) -> Enclave {
        Enclave(
            id: "e-\(status)", name: nil, dockerImage: nil, status: status, instanceType: nil,
            createdAt: nil, isArchived: false, errorMessage: message)
    }

    @Test func `running enclaves are not a failure`() {
        #expect(
            ErrorMessages.explain(failuresAmong: [enclave("running"), enclave("running")]) == nil)
        #expect(ErrorMessages.explain(failuresAmong: []) == nil)
    }

    @Test(
        arguments: [
            ("error", nil, "the build of enclave e-error failed: the backend gave no reason"),
            ("error", "no\u{1B}[2J", "the build of enclave e-error failed: no\\u{1b}[2J"),
            ("stopped", nil, "enclave e-stopped is not running: its status is stopped"),
            ("destroyed", nil, "enclave e-destroyed is not running: its status is destroyed"),
            ("new", nil, "enclave e-new is not running: its status is new"),
        ] as [(String, String?, String)])
    func `each enclave that does not run is named, and the command exits with 1`(
        _ status: String, _ message: String?, _ sentence: String
    ) throws {
        let failure = try #require(
            ErrorMessages.explain(failuresAmong: [enclave("running"), enclave(status, message)]))
        #expect(failure.message == sentence)
        #expect(failure.kind == .buildFailed && failure.exitStatus == .negative)
        #expect(failure.hint?.contains("enclave logs e-\(status)") == true)
    }

    @Test func `several enclaves that do not run share one message`() {
        let failure = ErrorMessages.explain(failuresAmong: [enclave("stopped"), enclave("error")])
        #expect(
            failure?.message
                == "enclave e-stopped is not running: its status is stopped; the build of enclave e-error"
                + " failed: the backend gave no reason")
    }
}
