import EnclaviaCore
import Synchronization

/// Counts the rows of a shared history that cannot be read as records.
final class UnreadablePushes: Sendable {
    private struct Seen {
        var first: UnreadablePush?
        var count = 0
        /// The pushes with outcomes that cannot be counted.
        var uncounted = 0
    }

    private let seen = Mutex(Seen())

    @Sendable func add(_ pushes: [UnreadablePush]) {
        seen.withLock { seen in
            seen.first = seen.first ?? pushes.first
            seen.count += pushes.count
        }
    }

    func add(uncounted pushes: Int) {
        seen.withLock { $0.uncounted += pushes }
    }

    /// `nil` where there are none.
    var error: UserError? {
        let seen = seen.withLock { $0 }
        if seen.uncounted > 0 {
            return UserError(
                .protocolViolation,
                "\(MessageText.pushes(seen.uncounted)) on the server cannot be read: they were not counted",
                hint: "`enclavia history list` with the same options names them")
        }
        guard let first = seen.first else { return nil }
        let other = seen.count > 1 ? ", and \(seen.count - 1) more," : ""
        return UserError(
            .protocolViolation,
            "push \(first.id.printable)\(other) on the server cannot be read: it was left out",
            hint: "the role \(first.writer.quoted) sent it, with another program or a newer one")
    }
}
