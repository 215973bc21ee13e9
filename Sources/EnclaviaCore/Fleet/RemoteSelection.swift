/// The pushes that are asked of a shared history.
package enum RemoteSelection: Hashable, Sendable {
    /// Those that match, and perhaps others: a server does not compare globs as SQLite does. In the query's order by
    /// the time at which they began, whatever its limit.
    case query(HistoryQuery)
    /// Those whose id begins or ends with a text, in any order.
    case id(String)
    /// The newest push of a digest.
    case digest(DigestPrefix)
    /// All that succeeded of each reference that a selector may mean, the newest other push of each, and one push of
    /// each namespace that has the repository, in any order.
    case tag(ReferenceSelector)

    /// Whether the order matters in which the pushes gave their tags a digest.
    package var needsPlace: Bool {
        switch self {
        case .query(let query): query.movesOnly
        case .tag: true
        case .id, .digest: false
        }
    }
}

extension RemoteSelection {
    /// A query of which the first pushes alone are wanted; not one whose pushes have another order.
    var limitedQuery: HistoryQuery? {
        if case .query(let query) = self, query.limit != nil, !query.movesOnly {
            query
        } else {
            nil
        }
    }
}

/// A push as a shared history has it.
package struct RemotePush: Hashable, Sendable {
    package let record: PushRecord
    /// When it gave its tag a digest, by the server's knowledge of the machine's clock; `nil` where that was not asked.
    package let effectiveAt: Timestamp?
    /// Its place among the pushes of its machine, which are in the order of its events; 0 where that is not known.
    package let rank: Int64

    package init(record: PushRecord, effectiveAt: Timestamp?, rank: Int64) {
        self.record = record
        self.effectiveAt = effectiveAt
        self.rank = rank
    }
}

/// A row of a shared history that cannot be read as a record: somebody wrote it with another program.
package struct UnreadablePush: Hashable, Sendable {
    package let id: String
    /// The role that sent it.
    package let writer: String

    package init(id: String, writer: String) {
        self.id = id
        self.writer = writer
    }
}

/// The next rows of a selection.
package struct RemotePage: Sendable {
    package var pushes: [RemotePush] = []
    package var unreadable: [UnreadablePush] = []

    package init() {}
}

/// What pushes are counted by.
package enum RemoteGrouping: Hashable, Sendable {
    /// Quarters of an hour, which all time zones' days consist of.
    case quarter
    case quarterAndRepository
    case user
}

/// Pushes with the same names and results that began within the same quarter of an hour.
package struct RemoteCount: Hashable, Sendable {
    /// The first moment of the quarter; `nil` where users are counted.
    package let quarter: Timestamp?
    /// `nil`, like ``repository``, where the reference is not known, or repositories are not counted apart.
    package let owner: String?
    package let repository: String?
    /// The CI's actor, else the user; `nil` where days are counted, or neither is known.
    package let user: String?
    package let outcome: PushOutcome
    package let notify: NotifyOutcome?
    package let pushes: Int

    package init(
        quarter: Timestamp?, owner: String?, repository: String?, user: String?,
        outcome: PushOutcome, notify: NotifyOutcome?, pushes: Int
    ) {
        self.quarter = quarter
        self.owner = owner
        self.repository = repository
        self.user = user
        self.outcome = outcome
        self.notify = notify
        self.pushes = pushes
    }
}
