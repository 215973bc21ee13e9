import EnclaviaCore

/// The history as a table for people.
enum HistoryTable {
    static func table(_ pushes: [PushJSON], now: Timestamp) -> Table {
        Table(
            columns: [
                Table.Column("PUSH"), Table.Column("WHEN", expendability: 1),
                Table.Column("REFERENCE", canShrink: true),
                Table.Column("DIGEST", expendability: 2), Table.Column("OUTCOME"),
                Table.Column("TAG", expendability: 4), Table.Column("NOTIFY", expendability: 3),
                Table.Column("COMMIT", expendability: 5), Table.Column("WHO", expendability: 6),
            ],
            rows: pushes.map { row($0, now) })
    }

    private static func row(_ push: PushJSON, _ now: Timestamp) -> [Table.Cell] {
        let name = push.repository.map { "\(push.owner ?? "")/\($0):\(push.tag ?? "")" }
        return [
            Table.Cell(String(push.id.text.suffix(8)), .dim),
            Table.Cell(Age.text(of: push.startedAt, at: now)),
            Table.Cell(name ?? push.destination),
            Table.Cell(push.digest.map { String($0.hex.prefix(12)) } ?? "-"),
            Table.Cell(push.outcome.rawValue, paint(push.outcome)),
            Table.Cell(push.tagChange?.rawValue ?? "-", push.tagChange == .moved ? .yellow : nil),
            Table.Cell(push.notify.outcome?.rawValue ?? "-", paint(push.notify.outcome)),
            Table.Cell(push.context.context.gitCommit.map { String($0.prefix(7)) } ?? "-"),
            Table.Cell(push.context.context.ciActor ?? push.context.context.user ?? "-"),
        ]
    }

    private static func paint(_ outcome: PushOutcome) -> Paint {
        switch outcome {
        case .succeeded: .green
        case .running: .blue
        case .failed: .red
        case .cancelled, .interrupted: .yellow
        }
    }

    private static func paint(_ outcome: NotifyOutcome?) -> Paint? {
        switch outcome {
        case .failed: .red
        case .pending: .yellow
        case .delivered, .skipped, nil: nil
        }
    }
}
