import EnclaviaCore
import EnclaviaSystem

/// The history as a table for people. On a terminal ids, digests and commits are short, but as long as
/// tells those apart that are shown; off it nothing is left out.
struct HistoryTable {
    let now: Timestamp
    let zone: LocalZone

    /// The rows of all pushes that are shown, no longer than tells them apart.
    func rows(_ pushes: [PushJSON]) -> [[Table.Cell]] {
        let lengths = Lengths(pushes)
        return pushes.map { row($0, lengths) }
    }

    /// The row of one push, with nothing left out.
    func wholeRow(_ push: PushJSON) -> [Table.Cell] { row(push, .whole) }

    /// The reasons come last, and only where a push has one.
    func table(_ rows: [[Table.Cell]]) -> Table {
        var columns = columns
        guard rows.allSatisfy({ $0.last?.text == Self.none }) else {
            return Table(columns: columns, rows: rows)
        }
        columns.removeLast()
        return Table(columns: columns, rows: rows.map { Array($0.dropLast()) })
    }

    private static let none = "-"

    var columns: [Table.Column] {
        [
            Table.Column("PUSH"), Table.Column("TIME", expendability: 3),
            Table.Column("AGE", expendability: 1),
            Table.Column("REFERENCE", canShrink: true),
            Table.Column("DIGEST", expendability: 2), Table.Column("OUTCOME"),
            Table.Column("TAG", expendability: 5), Table.Column("NOTIFY", expendability: 4),
            Table.Column("COMMIT", expendability: 6), Table.Column("WHO", expendability: 7),
            Table.Column("REASON", expendability: 8),
        ]
    }

    private func row(_ push: PushJSON, _ lengths: Lengths) -> [Table.Cell] {
        let name = push.repository.map { "\(push.owner ?? "")/\($0):\(push.tag ?? "")" }
        let context = push.context
        return [
            Table.Cell(String(push.id.text.suffix(lengths.id)), .dim),
            Table.Cell(zone.civilTime(at: push.startedAt).minuteText),
            Table.Cell(Age.text(of: push.startedAt, at: now)),
            Table.Cell(name ?? push.destination),
            Table.Cell(push.digest.map { String($0.hex.prefix(lengths.digest)) } ?? "-"),
            Table.Cell(push.outcome.rawValue, Paint(push.outcome)),
            Table.Cell(
                push.isKept ? "kept" : push.tagChange?.rawValue ?? Self.none,
                push.tagChange.flatMap(Paint.init)),
            Table.Cell(
                push.notify.outcome?.rawValue ?? "-", push.notify.outcome.flatMap(Paint.init)),
            Table.Cell(context.gitCommit.map { String($0.prefix(lengths.commit)) } ?? "-"),
            Table.Cell(context.ciActor ?? context.user ?? Self.none),
            Table.Cell(push.message.map { Self.cut($0, to: lengths.message) } ?? Self.none),
        ]
    }

    private static func cut(_ text: String, to length: Int) -> String {
        text.count > length ? text.prefix(length - 1) + "…" : text
    }

    /// How many characters tell ids, digests and commits apart, and how many of a reason are shown.
    private struct Lengths {
        let id: Int
        let digest: Int
        let commit: Int

        /// Of a longer reason the beginning is shown, so that it does not cost the others their column.
        let message: Int

        static let whole = Lengths(id: .max, digest: .max, commit: .max, message: .max)

        private init(id: Int, digest: Int, commit: Int, message: Int) {
            self.message = message
            self.id = id
            self.digest = digest
            self.commit = commit
        }

        init(_ pushes: [PushJSON]) {
            message = 32
            id = Distinct.length(pushes.map { String($0.id.text.reversed()) }, least: 8)
            digest = Distinct.length(pushes.compactMap { $0.digest?.hex }, least: 12)
            commit = Distinct.length(pushes.compactMap(\.context.gitCommit), least: 7)
        }
    }
}

/// How much of a text tells it apart.
package enum Distinct {
    /// The fewest characters, `least` or more, after which no two different texts begin alike.
    package static func length(_ texts: [String], least: Int) -> Int {
        let sorted = Set(texts).sorted()
        return zip(sorted, sorted.dropFirst()).reduce(least) { length, pair in
            max(length, zip(pair.0, pair.1).prefix { $0 == $1 }.count + 1)
        }
    }
}

extension Paint {
    init(_ outcome: PushOutcome) {
        switch outcome {
        case .succeeded: self = .green
        case .running: self = .blue
        case .failed: self = .red
        case .cancelled, .interrupted: self = .yellow
        }
    }

    /// Only a tag that moved stands out.
    init?(_ change: TagChange) {
        switch change {
        case .moved: self = .yellow
        case .created, .unchanged: return nil
        }
    }

    init?(_ outcome: NotifyOutcome) {
        switch outcome {
        case .failed: self = .red
        case .pending: self = .yellow
        case .delivered, .skipped: return nil
        }
    }
}
