/// What rebuilding the tables from the events results in.
package struct RebuildSummary: Hashable, Sendable {
    /// The number of pushes that follow from the events.
    package var pushes = 0
    package var events = 0
    /// The pushes that were in the tables, but follow from no event.
    package var lost = 0
    /// The pushes whose rows differ, with those that were lost, missing or unreadable.
    package var changed = 0
    /// Whether some of the old rows cannot be read, so that what else changed is unknown.
    package var isPartial = false
    /// Where the history is kept as it was; `nil` before it was rebuilt.
    package var backup: String?

    package init() {}
}

/// A push that rebuilding changes.
package struct RebuiltPush: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// It follows from the events, and has no readable row.
        case added
        /// It has a row that follows from no event.
        case removed
        /// The fields that differ, with the value in the table and that of the events; empty where only the spelling
        /// of the record differs.
        case fields([DifferingField])
    }

    /// The push's id, as the table has it.
    package let id: String
    package let change: Change

    package init(id: String, change: Change) {
        self.id = id
        self.change = change
    }
}

/// What rebuilding is doing, with the number of events or pushes so far.
package enum RebuildStage: Hashable, Sendable {
    case replaying(events: Int)
    case verifying(events: Int)
}

/// Why the tables were not rebuilt; the history is unchanged.
package enum RebuildError: Error, Hashable, Sendable {
    /// There is no history at `path`.
    case missing(path: String)
    /// The history cannot be read or written.
    case store(StoreError)
    /// The events of the history at `path` contradict each other, or what was noted elsewhere.
    case broken(path: String, VerifyReport)
    /// Another process rebuilds it.
    case busy(path: String)
    /// The events that the tables were rebuilt from have changed since.
    case changed(path: String)
    /// The file beside the history cannot be written.
    case target(StoreError)
}
