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
        let lines = try await lines("SELECT \(select);\n") { _ in true }
        return (lines.last ?? "").split(separator: " ", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// The lines of the rows that `statement` gives, if any, each of which is a text of ``PsqlValue/line(_:)``.
    ///
    /// - Parameter statement: as ``row(_:)``'s.
    /// - Throws: as ``row(_:)``.
    @discardableResult
    func rows(_ statement: String) async throws(RemoteError) -> [String] {
        let end = "end"
        return try await lines("\(statement);\nSELECT '\(end)';\n") { $0 == end }.dropLast()
    }

    /// The lines that psql prints, up to the one that is the last.
    private func lines(
        _ text: String, _ isLast: @escaping @Sendable (String) -> Bool
    ) async throws(RemoteError) -> [String] {
        let conversation = conversation
        let lines: [String]?
        do {
            lines = try await withTimeLimit(limit) {
                var lines: [String] = []
                var next = text
                repeat {
                    guard let line = try await conversation.exchange(next) else { return nil }
                    lines.append(line)
                    next = ""
                } while !isLast(lines.last ?? "")
                return lines
            }
        } catch {
            await conversation.stop()
            throw .timeout(seconds: limit / .seconds(1))
        }
        guard let lines else {
            ended.withLock { $0 = true }
            throw .unreachable(reason: "")
        }
        return lines
    }
}
