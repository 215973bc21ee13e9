import EnclaviaCore

/// What the rows of the history's table need, measured before the first is printed, so that no row is kept in
/// memory.
struct HistoryMeasure {
    /// Nothing is cut: `--no-trunc`.
    let isWhole: Bool
    /// The width, in cells, of the longest failure reason that may span the BACKEND column, too.
    private(set) var spanningFailure = 0
    /// The width, in cells, of the longest other failure reason.
    private(set) var failure = 0
    /// The width, in cells, of the longest result that shows the digest that the tag moved from.
    private(set) var longResult = 0
    private(set) var hasReasons = false
    /// Whether the FROM column shows the result of every row.
    private(set) var areMoves = true
    /// Whether a row was imported, or rows are from several hosts.
    private(set) var needsHost = false

    private var widest = HistoryColumnValues { TerminalText.width($0.title) }
    private var ids = ShortPrefix()
    private var digests = ShortPrefix()
    private var commits = ShortPrefix()
    private var host: String?
    /// Whether rows are from several registries, so that references are shown with theirs.
    private(set) var needsRegistry = false
    private var registry: String?
    private var fullReference = 0

    init(isWhole: Bool) {
        self.isWhole = isWhole
    }

    mutating func add(_ row: HistoryRow) {
        let lengths = isWhole ? HistoryLengths.whole : Self.longest
        for column in HistoryColumn.allCases {
            let text = row.text(column, lengths, isWhole: isWhole)
            if column == .result, row.endedWithoutDigest { continue }
            widest[column] = max(widest[column], TerminalText.width(text))
        }
        if let text = row.failure(isWhole: isWhole) {
            let width = TerminalText.width(text)
            if row.wasNotNotified {
                spanningFailure = max(spanningFailure, width)
            } else {
                failure = max(failure, width)
            }
        }
        if row.movedFrom != nil {
            let text = row.longResult(lengths, isWhole: isWhole)
            longResult = max(longResult, TerminalText.width(text))
        }
        hasReasons = hasReasons || row.hasReason
        areMoves = areMoves && row.isMove
        needsHost = needsHost || row.isImported
        if let other = row.host {
            needsHost = needsHost || (host ?? other) != other
            host = other
        }
        if let other = row.registry {
            needsRegistry = needsRegistry || (registry ?? other) != other
            registry = other
        }
        fullReference = max(fullReference, TerminalText.width(row.fullReference))
        guard !isWhole else { return }
        ids.add(row.id.utf8.reversed())
        for digest in [row.digest, row.movedFrom] { if let digest { digests.add(digest.utf8) } }
        if let commit = row.commit { commits.add(commit.utf8) }
    }

    /// ``ShortPrefix`` compares 16 digits, so no more are needed; an id has a dash among them.
    private static let longest = HistoryLengths(id: 17, digest: 16, commit: 16)

    /// What the columns get where there is room, and the fewest digits that distinguish the digests.
    func needs() -> HistoryNeeds {
        guard !isWhole else {
            return HistoryNeeds(
                lengths: .whole, widths: widest, leastDigest: .max, longResult: longResult)
        }
        let digits = ids.length()
        let leastDigest = max(7, digests.length())
        let lengths = HistoryLengths(
            // One more, for the dash before the last twelve digits.
            id: max(8, digits > 12 ? digits + 1 : digits), digest: max(12, leastDigest),
            commit: max(7, commits.length()))
        var widths = widest
        if needsRegistry { widths[.reference] = max(widths[.reference], fullReference) }
        for column in [HistoryColumn.from, .digest] {
            widths[column] = min(widths[column], lengths.digest)
        }
        widths[.commit] = min(widths[.commit], lengths.commit)
        widths[.push] = min(widths[.push], lengths.id)
        return HistoryNeeds(
            lengths: lengths, widths: widths, leastDigest: leastDigest,
            longResult: longResult - (Self.longest.digest - lengths.digest))
    }
}

/// What the columns of the history's table need.
struct HistoryNeeds {
    let lengths: HistoryLengths
    /// The cells of each column where nothing has to be cut.
    let widths: HistoryColumnValues<Int>
    /// The fewest digits to which a digest may be cut.
    let leastDigest: Int
    /// The width, in cells, of the longest result that shows the digest that the tag moved from.
    let longResult: Int
}
