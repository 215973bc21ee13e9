import EnclaviaCore
import EnclaviaSystem

/// The columns of the history's table, in their order.
enum HistoryColumn: Int, CaseIterable {
    case when, reference, result, from, digest, backend, commit, who, host, push, reason

    /// Whether its cells are hexadecimal digits, which may be cut to a prefix.
    var hasDigits: Bool { self == .from || self == .digest || self == .commit }

    var title: String {
        switch self {
        case .when: "WHEN"
        case .reference: "REFERENCE"
        case .result: "RESULT"
        case .from: "FROM"
        case .digest: "DIGEST"
        case .backend: "BACKEND"
        case .commit: "COMMIT"
        case .who: "WHO"
        case .host: "HOST"
        case .push: "PUSH"
        case .reason: "REASON"
        }
    }
}

/// A value for each column of the history's table.
struct HistoryColumnValues<Value> {
    private var values: [Value]

    init(_ value: (HistoryColumn) -> Value) {
        values = HistoryColumn.allCases.map(value)
    }

    subscript(column: HistoryColumn) -> Value {
        get { values[column.rawValue] }
        set { values[column.rawValue] = newValue }
    }
}

/// How many characters of ids, digests and commits the table shows.
struct HistoryLengths {
    var id: Int
    var digest: Int
    var commit: Int

    /// Nothing is cut.
    static let whole = HistoryLengths(id: .max, digest: .max, commit: .max)
}

/// What the history's table shows of one push. Its texts are safe to show.
struct HistoryRow {
    let summary: PushSummary
    private let push: PushJSON
    private let time: String

    /// The text of a cell whose value the push does not have.
    static let none = "-"

    init(_ push: PushJSON, at now: Timestamp, in zone: LocalZone) {
        self.push = push
        summary = PushSummary(push)
        time = Age.column(of: push.startedAt, at: now, in: zone)
    }

    var id: String { push.id.text }
    var digest: String? { push.digest?.hex }
    var commit: String? { push.context.gitCommit }
    /// The digits of the digest that the tag held before a push that moved it.
    var movedFrom: String? { push.tagChange == .moved ? push.previousDigest?.hex : nil }
    var host: String? { push.context.host ?? push.origin?.host }
    var isImported: Bool { push.origin != nil }
    var hasReason: Bool { push.message != nil }
    /// Whether the FROM column shows the result: the push created its tag or moved it.
    var isMove: Bool {
        push.outcome == .succeeded && (push.tagChange == .created || movedFrom != nil)
    }

    /// Whether a failure reason may span the BACKEND column, too: there was no notification.
    var wasNotNotified: Bool { push.notify.outcome == nil }

    /// Whether the result may span the column of the digest, too, which the push does not have.
    var endedWithoutDigest: Bool { push.outcome != .succeeded && push.digest == nil }

    /// Why the push failed, in a few words, or the full message where nothing is cut; `nil` where it did not
    /// fail.
    func failure(isWhole: Bool) -> String? {
        guard push.outcome == .failed, let failure = push.failure else { return nil }
        return TerminalText.escape(
            isWhole ? failure.message : failure.phrase(localImage: push.localImage))
    }

    var registry: String? { push.registry }
    /// The reference with its registry, where that is known.
    var fullReference: String { TerminalText.escape(push.reference ?? push.destination) }

    /// `moved from 9cf94bc1e31e` for a push that moved its tag, else the result alone.
    func longResult(_ lengths: HistoryLengths, isWhole: Bool) -> String {
        guard push.outcome == .succeeded, let movedFrom else { return summary.result }
        return "\(summary.result) from \(Self.digest(movedFrom, lengths, isWhole))"
    }

    func text(_ column: HistoryColumn, _ lengths: HistoryLengths, isWhole: Bool) -> String {
        switch column {
        case .when: time
        case .reference: isWhole ? fullReference : TerminalText.escape(summary.reference)
        case .result: summary.result
        case .from: movedFrom.map { Self.digest($0, lengths, isWhole) } ?? Self.none
        case .digest: digest.map { Self.digest($0, lengths, isWhole) } ?? Self.none
        case .backend: summary.backend
        case .commit:
            commit.map { TerminalText.escape(String($0.prefix(lengths.commit))) } ?? Self.none
        case .who: TerminalText.escape(summary.who)
        case .host: host.map { TerminalText.escape($0) } ?? Self.none
        case .push: String(push.id.text.suffix(lengths.id))
        case .reason: push.message.map { TerminalText.escape($0) } ?? Self.none
        }
    }

    func style(_ column: HistoryColumn) -> Style? {
        switch column {
        case .result: summary.resultStyle
        case .backend: summary.backendStyle
        case .push: .dim
        case .when, .reference, .from, .digest, .commit, .who, .host, .reason: nil
        }
    }

    private static func digest(_ hex: String, _ lengths: HistoryLengths, _ isWhole: Bool) -> String
    {
        isWhole ? DigestPrefix.algorithm + hex : String(hex.prefix(lengths.digest))
    }
}
