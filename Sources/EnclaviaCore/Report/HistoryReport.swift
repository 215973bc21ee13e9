/// What a report shows of the pushes that match a query, as of one moment.
package struct HistoryReport: Hashable, Sendable {
    /// The greatest numbers of what is listed.
    package enum Limit {
        package static let pushes = 200
        package static let repositories = 50
        package static let users = 50
        package static let failures = 30
        package static let tags = 20
        /// Of one tag.
        package static let moves = 50
    }

    /// The store's path.
    package let path: String
    package var counts = PushCounts()
    /// The number of imported pushes.
    package var imported = 0
    /// When the first and the last push began; `nil` where there is none.
    package var range: ClosedRange<Timestamp>?
    /// The periods of the query's range, or of the pushes where it has none; `nil` where none matches.
    package var periods: ReportPeriods?
    /// For each of ``periods``.
    package var byPeriod: [PushCounts] = []
    package var repositories = ReportGroups()
    package var users = ReportGroups()
    /// The most frequent first.
    package var failures = ReportList<ReportFailure>()
    /// The tags to which matching pushes succeeded; that of the push that began last comes first.
    package var tags = ReportList<ReportTag>()
    /// The pushes, in the order of `history list`: newest first.
    package var pushes = ReportList<StoredPush>()
    package var evidence = ReportEvidence()
    /// Pushes that ended before this moment may have been pruned; `nil` where none was.
    package var prunedBefore: Timestamp?

    package init(path: String) {
        self.path = path
    }
}

/// The first of many things, and how many there are.
package struct ReportList<Element: Hashable & Sendable>: Hashable, Sendable {
    package var listed: [Element]
    /// The number, including those that are not listed.
    package var count: Int

    package init(_ listed: [Element] = [], of count: Int? = nil) {
        self.listed = listed
        self.count = count ?? listed.count
    }

    /// The number of those that are not listed.
    package var rest: Int { count - listed.count }
}

/// The pushes by a name that not all of them have.
package struct ReportGroups: Hashable, Sendable {
    /// Those with the most pushes first, then by name.
    package var named: ReportList<ReportGroup>
    /// The pushes without the name: those whose reference never became known, or whose user is not known. `nil` where
    /// there are none.
    package var unnamed: ReportGroup?

    package init(
        _ named: ReportList<ReportGroup> = ReportList(), unnamed: ReportGroup? = nil
    ) {
        self.named = named
        self.unnamed = unnamed
    }
}

/// The pushes to one repository or by one user, counted.
package struct ReportGroup: Hashable, Sendable {
    /// `registry/owner/repository`, or the CI's actor, else the user of the operating system; `nil` for the pushes
    /// without one.
    package let name: String?
    package let counts: PushCounts
    /// How many of the pushes created or moved their tag, as their records say (`tag_change`).
    package let moves: Int
    /// The number of a repository's tags, or of a user's repositories.
    package let members: Int
    /// When the first and the last push began.
    package let range: ClosedRange<Timestamp>

    package init(
        name: String?, counts: PushCounts, moves: Int, members: Int,
        range: ClosedRange<Timestamp>
    ) {
        self.name = name
        self.counts = counts
        self.moves = moves
        self.members = members
        self.range = range
    }
}

/// Failed pushes of one stage and kind.
package struct ReportFailure: Hashable, Sendable {
    /// As in the record; `nil` where it has none.
    package let stage: String?
    package let kind: String?
    package let count: Int
    /// The one that began last.
    package let example: StoredPush

    package init(stage: String?, kind: String?, count: Int, example: StoredPush) {
        self.stage = stage
        self.kind = kind
        self.count = count
        self.example = example
    }
}

/// What a tag pointed at during the query's range, by the pushes that succeeded, whoever made them: the filters only
/// select the tag. The order of the pushes is that of `history at`.
package struct ReportTag: Hashable, Sendable {
    /// A push by which the tag came to point at another digest than after the push before, or the first push.
    package struct Move: Hashable, Sendable {
        package let push: StoredPush
        /// What the tag pointed at before, according to the history; `nil` for its first push.
        package let from: Digest?
        /// The push's place in the order of pushes.
        package let effectiveAt: Timestamp

        package init(push: StoredPush, from: Digest?, effectiveAt: Timestamp) {
            self.push = push
            self.from = from
            self.effectiveAt = effectiveAt
        }
    }

    /// The full reference.
    package let reference: String
    /// The number of matching pushes that succeeded.
    package let pushes: Int
    /// The push by which the tag came to point at what it pointed at when the range began; `nil` where there is none.
    package let before: StoredPush?
    /// The newest moves in the range, the oldest first.
    package let moves: ReportList<Move>

    package init(
        reference: String, pushes: Int, before: StoredPush?, moves: ReportList<Move>
    ) {
        self.reference = reference
        self.pushes = pushes
        self.before = before
        self.moves = moves
    }
}

/// What a reader of the report can compare the history with, as of the report's moment.
package struct ReportEvidence: Hashable, Sendable {
    /// The last checkpoint that was kept in the state directory.
    package struct Kept: Hashable, Sendable {
        /// The file and the line.
        package let name: String
        package let checkpoint: Checkpoint
        /// How the history differs from it; `nil` where it has the checkpoint's event and all before it.
        package let difference: CheckpointDifference?

        package init(name: String, checkpoint: Checkpoint, difference: CheckpointDifference?) {
            self.name = name
            self.checkpoint = checkpoint
            self.difference = difference
        }
    }

    /// The id of the chain; `nil` where there is no store, or one of a version that had none.
    package var chain: String?
    package var events = 0
    /// The hash of the newest event; `nil` where there is none.
    package var head: String?
    package var kept: Kept?
    /// The lines of the kept checkpoints that were changed.
    package var damaged: [String] = []

    package init() {}

    /// Whether the history contradicts none of what was kept.
    package var isUnchanged: Bool { kept?.difference == nil && damaged.isEmpty }
}
