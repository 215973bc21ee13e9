import EnclaviaCore

/// Pushes as a Markdown table, which `--summary` appends: a row for each, also for one that failed.
package struct PushTable {
    private let records: [PushRecord]

    package init(_ records: [PushRecord]) {
        self.records = records
    }

    /// Ends with a line feed.
    package var text: String {
        let titles =
            ["Reference", "Result", "Digest", "Backend", "Commit", "Push"]
            + (hasReasons ? ["Reason"] : [])
        return MarkdownText.row(titles) + MarkdownText.delimiter(titles.map { _ in false })
            + records.map { MarkdownText.row(cells($0)) }.joined()
    }

    private var hasReasons: Bool { records.contains { $0.message != nil } }

    private func cells(_ record: PushRecord) -> [String] {
        let push = PushJSON(record)
        let summary = PushSummary(push)
        let row = [
            MarkdownText.code(push.reference ?? push.destination), result(push, summary),
            push.digest.map { MarkdownText.code($0.description) } ?? HistoryRow.none,
            MarkdownText.escape(summary.backend),
            push.context.gitCommit.map { MarkdownText.code(String($0.prefix(12))) }
                ?? HistoryRow.none,
            MarkdownText.code(push.id.text),
        ]
        let reason = push.message.map(MarkdownText.escape) ?? HistoryRow.none
        return row + (hasReasons ? [reason] : [])
    }

    private func result(_ push: PushJSON, _ summary: PushSummary) -> String {
        if push.outcome == .failed, let failure = push.failure {
            return MarkdownText.escape("failed: \(failure.message)")
        }
        guard push.tagChange == .moved, push.outcome == .succeeded,
            let previous = push.previousDigest
        else { return MarkdownText.escape(summary.result) }
        return "moved from \(MarkdownText.code(MessageText.short(previous)))"
    }
}
