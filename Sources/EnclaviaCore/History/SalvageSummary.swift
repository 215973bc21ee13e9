/// A history that was salvaged from a damaged file, and verified.
package struct SalvageSummary: Hashable, Sendable {
    /// The path of the new history.
    package let path: String
    package var pushes = 0
    package var events = 0
    /// The hash of the newest event, 64 hexadecimal digits; `nil` where there is none.
    package var head: String?
    /// The id of the new history's chain.
    package var chain: String
    /// What the salvaged event says, where the chain could not be kept to its end; `nil` where nothing was lost.
    package var mark: SalvageEventData?
    /// Pushes whose newest record is lost.
    package var lostPushes = SalvagedPushes()
    /// Pushes whose row in the tables said something else than the events, which were kept.
    package var changedPushes = SalvagedPushes()

    /// Pushes that the backend was not notified of, which are imported now: no command resends them by itself.
    package var pendingPushes = SalvagedPushes()

    package init(path: String, chain: String) {
        self.path = path
        self.chain = chain
    }

    /// Whether the new history has all that the damaged one had.
    package var isWhole: Bool { mark == nil && lostPushes.count == 0 }
}

/// Pushes, of which the first are listed.
package struct SalvagedPushes: Hashable, Sendable {
    /// The greatest number of pushes that are listed.
    package static let limit = 50

    package private(set) var listed: [PushID] = []
    package private(set) var count = 0

    package init() {}

    package mutating func add(_ id: PushID) {
        count += 1
        if listed.count < Self.limit { listed.append(id) }
    }
}

/// Why no history was salvaged.
package enum SalvageError: Error, Hashable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// Another process writes to the file.
    case changing(path: String)
    /// The file contains no event of a history.
    case nothing(path: String)
    /// What was salvaged does not verify: a bug.
    case differs(path: String, VerifyReport)
    /// A file has the new history's name, or is beside it under a name that SQLite would take for a part of it.
    case exists(path: String)
    /// SQLite gives the new history's name to a file beside a database.
    case reserved(path: String)
    /// Another process is writing a file of that name.
    case busy(path: String)
    /// The new history cannot be written.
    case target(StoreError)
    /// The damaged history was made by a newer version, or the command was cancelled.
    case store(StoreError)
}

/// What a salvage is doing.
package enum SalvageStage: Hashable, Sendable {
    /// The part of the file that was read, from 0 to 1.
    case reading(fraction: Double)
    /// The number of events that were written so far.
    case writing(events: Int)
    /// The number of events that were verified so far.
    case verifying(events: Int)
}
