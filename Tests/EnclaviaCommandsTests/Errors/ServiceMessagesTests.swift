import EnclaviaCommands
import EnclaviaCore
import Testing

/// The messages about a backend and a registry that fail or do not answer.
struct ServiceMessagesTests {
    @Test(arguments: [500, 502, 503, 504])
    func `an HTTP 5xx answer is reported as a failure, and is retryable`(_ status: Int) {
        let explanations = [
            ErrorMessages.explain(
                BackendError.failed(url: "https://b", status: status, message: "oops")),
            ErrorMessages.explain(
                RegistryError.failed(registry: "r:1", status: status, message: "oops")),
        ]
        for userError in explanations {
            #expect(userError.message.hasSuffix(" failed: HTTP \(status): oops"))
            #expect(!userError.message.contains("does not respond"))
            #expect(userError.hint?.contains("try again later") == true)
            #expect(userError.isRetryable)
        }
    }

    @Test func `a service that does not answer has a next step`() {
        let backend = ErrorMessages.explain(
            BackendError.unavailable(url: "https://b", reason: "refused"))
        #expect(backend.message == "the backend at https://b does not respond: refused")
        #expect(backend.hint?.contains("ENCLAVIA_BACKEND_URL") == true && backend.isRetryable)
        let registry = ErrorMessages.explain(
            RegistryError.unavailable(registry: "r:1", reason: "refused"))
        #expect(registry.hint?.contains("try again") == true && registry.isRetryable)
    }

    @Test func `the error for a missing login names the login command`() {
        let userError = ErrorMessages.explain(BackendError.notLoggedIn(backend: "https://b"))
        #expect(userError.message.contains("run `enclavia auth login`"))
        #expect(userError.hint == nil && !userError.isRetryable)
    }
}
