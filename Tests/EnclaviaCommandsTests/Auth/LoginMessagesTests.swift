import EnclaviaCommands
import EnclaviaCore
import Testing

struct LoginMessagesTests {
    @Test func `a login timeout mentions the answers to another login, if any came`() {
        let alone = ErrorMessages.explain(LoginError.timedOut(seconds: 300, mismatchedResponses: 0))
        #expect(alone.kind == .notLoggedIn && alone.hint == nil)
        #expect(alone.message.contains("within 5 minutes"))
        let visited = ErrorMessages.explain(
            LoginError.timedOut(seconds: 300, mismatchedResponses: 2))
        #expect(visited.hint?.contains("responses to another login arrived") == true)
    }
}
