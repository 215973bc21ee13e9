import EnclaviaCore
import EnclaviaSystem
import Synchronization

/// A psql that runs one statement after the other.
final class PsqlSession: Sendable {
    private let conversation: ProgramRun.Conversation
    /// How long a statement may take.
    private let limit: Duration
    private let ended = Mutex(false)

    init(_ conversation: ProgramRun.Conversation, limit: Duration) {
        self.conversation = conversation
        self.limit = limit
    }

    /// Whether psql ended before it gave a row: it says why on its standard error.
    var hasEnded: Bool { ended.withLock { $0 } }

    /// The fields of the one row that `select` gives, a text with a space between two fields.
    ///
    /// - Parameter select: text of this program, and values of ``PsqlValue``: psql obeys a backslash in anything else.
    /// - Throws: ``RemoteError/timeout(seconds:)``, or ``RemoteError/unreachable(reason:)`` where psql has ended.
    func row(_ select: String) async throws(RemoteError) -> [String] {
        let conversation = conversation
        let text = "SELECT \(select);\n"
        let line: String?
        do {
            line = try await withTimeLimit(limit) { try await conversation.exchange(text) }
        } catch {
            await conversation.stop()
            throw .timeout(seconds: limit / .seconds(1))
        }
        guard let line else {
            ended.withLock { $0 = true }
            throw .unreachable(reason: "")
        }
        return line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
}
