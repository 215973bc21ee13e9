import EnclaviaCore

/// What each tag pointed at, when it moved, by whom and from which commit.
struct ReportTagSection {
    private let report: HistoryReport
    private let filters: ReportFilters
    private let values: ReportValues
    private let made: Timestamp

    /// - Parameter made: when the report is made, which no tag's time goes beyond.
    init(
        _ report: HistoryReport, _ filters: ReportFilters, _ values: ReportValues,
        at made: Timestamp
    ) {
        self.report = report
        self.filters = filters
        self.values = values
        self.made = made
    }

    func section() throws -> ReportSection {
        let cut = report.tags.listed.reduce(0) { $0 + $1.moves.rest }
        var moves = try movesTable()
        moves.note = filters.note(
            cut, "older move", "older moves",
            then: ReportText(
                sentence: "For these, make a report of the tag with an earlier `--until`."
            ) { .own($0) })
        var states = try statesTable()
        states.note = filters.note(
            report.tags.rest, "more tag", "more tags",
            then: ReportText(
                sentence:
                    "For these, make a report with `--repository`, `--tag` or an earlier `--until`."
            ) { .own($0) })
        return ReportSection(
            id: "tags", heading: "Tags", paragraphs: paragraphs,
            plot: .timeline(try timeline()), tables: [states, moves])
    }

    private var paragraphs: [ReportText] {
        let pruned = report.prunedBefore.map {
            """
            Pushes that ended before \(values.zone.text(at: $0)) were pruned: what a tag pointed at before the first \
            push that is left is unknown.
            """
        }
        let sentences = [
            """
            A filter chooses the tags. All moves of a chosen tag in the time of the report are shown, whoever made \
            them.
            """,
            """
            Moves are changes of the digest between pushes in this history, and the first push: a tag may have moved \
            earlier, or by pushes that are not in it.
            """,
        ]
        return (sentences + [pruned].compactMap { $0 }).map { ReportText([.own($0)]) }
    }

    /// The push that each tag points at, at the end of the report's time: the one of its last move.
    private func statesTable() throws -> ReportTable {
        let rows = try report.tags.listed.compactMap { tag -> [ReportText]? in
            guard let last = tag.moves.listed.last?.push ?? tag.before else { return nil }
            let push = try last.fields()
            return [
                values.code(values.reference(tag.reference)), values.digest(push.digest),
                values.moment(push.pushedAt), values.outside(push.context.actor),
                values.commit(push.context.gitCommit), values.number(tag.pushes),
                values.number(tag.moves.count),
            ]
        }
        let end = filters.query.until == nil ? "now" : "when the report's time ends"
        return ReportTable(
            caption: ReportText([.own("What each tag points at \(end)")]),
            columns: [
                .init(title: "Tag"), .init(title: "Points at"), .init(title: "Since"),
                .init(title: "Who"), .init(title: "Commit"),
                .init(title: "Pushes", isNumber: true), .init(title: "Moves", isNumber: true),
            ], rows: rows
        ).withoutEmptyColumns
    }

    private func movesTable() throws -> ReportTable {
        let moves = report.tags.listed.flatMap { tag in
            tag.moves.listed.reversed().map { (tag.reference, $0) }
        }
        let rows = try moves.map { reference, move in
            let push = try move.push.fields()
            return [
                values.code(values.reference(reference)), values.moment(push.pushedAt),
                previous(move, push), values.digest(push.digest),
                values.outside(push.context.actor), values.commit(push.context.gitCommit),
                values.outside(push.context.host), values.backend(push),
                values.outside(push.message), values.code(values.id(push.id)),
            ]
        }
        let titles = [
            "Tag", "Moved", "From", "To", "Who", "Commit", "Host", "Backend", "Reason", "Push",
        ]
        return ReportTable(
            caption: "When each tag moved, the newest move first",
            columns: titles.map { .init(title: $0) }, rows: rows
        ).withoutEmptyColumns
    }

    /// What a tag pointed at before a move. A push that is not the tag's first may follow pushes that were pruned, or that
    /// were made elsewhere.
    private func previous(_ move: ReportTag.Move, _ push: PushJSON) -> ReportText {
        if let digest = move.from ?? push.previousDigest { return values.digest(digest) }
        return push.tagChange == .created ? ReportValues.none : "unknown"
    }

    private func timeline() throws -> ReportTimeline {
        let range = range
        let rows = try report.tags.listed.map { tag in
            var spans: [ReportTimeline.Span] = []
            if let before = tag.before {
                spans.append(try span(before, from: range.lowerBound))
            }
            for move in tag.moves.listed {
                let start = min(max(move.effectiveAt, range.lowerBound), range.upperBound)
                spans.append(try span(move.push, from: start))
            }
            return ReportTimeline.Row(
                label: values.code(values.reference(tag.reference)), spans: spans)
        }
        let moves = report.tags.listed.reduce(0) { $0 + $1.moves.count }
        return ReportTimeline(
            description: "What \(MessageText.count(rows.count, "tag", "tags")) pointed at, from"
                + " \(values.zone.text(at: range.lowerBound)) to"
                + " \(values.zone.text(at: range.upperBound)):"
                + " \(MessageText.count(moves, "move", "moves")).",
            range: range, ticks: ReportTicks(range, in: values.zone).ticks, rows: rows)
    }

    private func span(_ stored: StoredPush, from start: Timestamp) throws -> ReportTimeline.Span {
        let push = try stored.fields()
        let commit = push.context.gitCommit.map { ", commit \($0.prefix(12))" } ?? ""
        let time = push.pushedAt ?? push.startedAt
        let digest = values.digits(push.digest)
        return ReportTimeline.Span(
            start: start, digest: digest,
            description: "\(digest ?? "-"), pushed \(values.zone.text(at: time))"
                + " by \(push.context.actor ?? "-")\(commit)")
    }

    /// From the beginning of the report's time, or the first move, to its end, or now.
    private var range: ClosedRange<Timestamp> {
        let moves = report.tags.listed.flatMap(\.moves.listed).map(\.effectiveAt)
        let end = min(filters.query.until ?? made, made)
        let start = filters.query.since ?? moves.min() ?? end
        return min(start, end)...max(start, end)
    }
}
