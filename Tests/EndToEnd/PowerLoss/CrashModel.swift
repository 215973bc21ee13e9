import TestSupport

/// A rule for which part of a history is on the disk after a loss of power.
enum CrashModel: String, CaseIterable, Sendable {
    /// Everything: only the process died, not the machine.
    case processDeath = "process death"
    /// Only what POSIX promises: contents by an fsync of the file, names by one of the directory.
    case syncedOnly = "synced only"
    /// The least that ext4 keeps in its mode `data=ordered`: each fsync commits all earlier names and
    /// sizes, and the contents of its own file.
    case journalOnly = "ext4, journal only"
    /// What ext4 may keep beyond that: later names in their order, appended pages from the beginning,
    /// overwritten pages in any order and torn, a last block that grew and reads as zeros.
    case journalAndMore = "ext4, journal and more"
    /// Anything that POSIX allows: each sector and each name on its own, sizes without contents.
    case anyOrder = "any order"

    /// Whether it has only one outcome for each operation.
    var isCertain: Bool {
        switch self {
        case .processDeath, .syncedOnly, .journalOnly: true
        case .journalAndMore, .anyOrder: false
        }
    }

    static let page = 4096
    static let sector = 512

    /// The disk after a loss of power that came after the first `count` steps.
    func image(of history: DiskHistory, after count: Int, _ generator: inout SeededRandom)
        -> DiskImage
    {
        let durable = history.durable(after: count)
        switch self {
        case .processDeath:
            return history.image(history.names(after: count)) {
                history.content(of: $0, after: count)
            }
        case .syncedOnly:
            let names = history.names(after: count) { $0 < durable.names[$1] ?? 0 }
            return history.image(names) {
                history.content(of: $0, after: durable.content[$0] ?? 0)
            }
        case .journalOnly:
            let content = Self.flushed(history, durable, after: durable.journal)
            return history.image(history.names(after: durable.journal)) {
                history.content(of: $0, after: content[$0] ?? 0)
            }
        case .journalAndMore:
            return Self.journalAndMore(history, durable, count, &generator)
        case .anyOrder:
            return Self.anyOrder(history, durable, count, &generator)
        }
    }

    /// How much of each file's content is certain where the names of the first `count` steps are: ext4
    /// writes the content of a file before it commits that the file took another's name.
    static func flushed(
        _ history: DiskHistory, _ durable: DiskHistory.Durable, after count: Int
    ) -> [Int: Int] {
        var content = durable.content
        for (index, step) in history.steps[..<count].enumerated() {
            if case .names(_, let replaced?) = step {
                content[replaced] = max(content[replaced] ?? 0, index)
            }
        }
        return content
    }
}
