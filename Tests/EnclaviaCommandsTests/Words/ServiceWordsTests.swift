import EnclaviaCommands
import EnclaviaCore
import Testing

/// The messages about a backend and a registry that fail, or are away.
struct ServiceWordsTests {
    @Test(arguments: [500, 502, 503, 504])
    func `an answer of 5xx is an answer, and one that may pass`(_ status: Int) {
        let explanations = [
            Words.explain(BackendError.failed(url: "https://b", status: status, message: "oops")),
            Words.explain(RegistryError.failed(registry: "r:1", status: status, message: "oops")),
        ]
        for explanation in explanations {
            #expect(explanation.message.hasSuffix(" failed: HTTP \(status): oops"))
            #expect(!explanation.message.contains("does not answer"))
            #expect(explanation.hint?.contains("try again later") == true)
            #expect(explanation.isRetryable)
        }
    }

    @Test func `a service that does not answer has a next step`() {
        let backend = Words.explain(BackendError.unavailable(url: "https://b", reason: "refused"))
        #expect(backend.message == "the backend at https://b does not answer: refused")
        #expect(backend.hint?.contains("ENCLAVIA_BACKEND_URL") == true && backend.isRetryable)
        let registry = Words.explain(RegistryError.unavailable(registry: "r:1", reason: "refused"))
        #expect(registry.hint?.contains("try again") == true && registry.isRetryable)
    }

    @Test func `who is not logged in is told how`() {
        let explanation = Words.explain(BackendError.notLoggedIn(backend: "https://b"))
        #expect(explanation.message.contains("run `enclavia auth login`"))
        #expect(explanation.hint == nil && !explanation.isRetryable)
    }
}
