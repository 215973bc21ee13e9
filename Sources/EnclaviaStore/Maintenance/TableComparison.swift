import EnclaviaCore
import GRDB

/// Compares the pushes of two stores, by their ids. It trusts no index of the old one.
struct TableComparison {
    let old: Database
    let new: Database

    /// - Parameters:
    ///   - summary: gets the numbers.
    ///   - changed: called with each push that differs.
    /// - Throws: `DatabaseError` of the new store, and the errors of `changed`.
    func run(_ summary: inout RebuildSummary, _ changed: (RebuiltPush) throws -> Void) throws {
        let fields = RecordField.columns
        guard let before = try? Rows(old, fields, "NOT INDEXED") else {
            // Its tables are missing, or damaged to the root.
            summary.isPartial = true
            summary.pushes = try Int.fetchOne(new, sql: "SELECT count(*) FROM push") ?? 0
            return
        }
        let after = try Rows(new, fields, "")
        try after.advance()
        summary.isPartial = !before.advanceIfReadable()
        while after.isAtRow || before.isAtRow {
            if Task.isCancelled { throw CancellationError() }
            let change: RebuiltPush.Change?
            let id: String
            switch order(before, after) {
            case .old:
                (id, change) = (before.id, .removed)
                summary.lost += 1
            case .new:
                // Where old rows cannot be read, it is unknown whether this push had one.
                (id, change) = (after.id, summary.isPartial ? nil : .added)
            case .both:
                (id, change) = (after.id, try before.changes(to: after, fields))
            }
            if let change {
                summary.changed += 1
                try changed(RebuiltPush(id: id, change: change))
            }
            try step(before, after, &summary)
        }
    }

    private enum Side {
        case old, new, both
    }

    /// Which of the two has the next push, by the bytes of the ids.
    private func order(_ before: Rows, _ after: Rows) -> Side {
        guard before.isAtRow else { return .new }
        guard after.isAtRow else { return .old }
        let (own, other) = (Array(before.id.utf8), Array(after.id.utf8))
        return own == other ? .both : own.lexicographicallyPrecedes(other) ? .old : .new
    }

    private func step(
        _ before: Rows, _ after: Rows, _ summary: inout RebuildSummary
    ) throws {
        let side = order(before, after)
        if side != .old {
            summary.pushes += 1
            try after.advance()
        }
        if side != .new, !before.advanceIfReadable() { summary.isPartial = true }
    }
}

/// The pushes of a store in the order of their ids.
private final class Rows {
    private let statement: RawStatement
    /// The columns that the table has.
    private let names: Set<String>
    private(set) var isAtRow = false

    var id: String { statement.text(0) }

    init(_ db: Database, _ fields: [RecordField], _ access: String) throws {
        let present = try Set(db.columns(in: "push").map(\.name))
        names = present
        let columns = fields.map { present.contains($0.name) ? "push.\($0.name)" : "NULL" }
        statement = try RawStatement(
            db,
            """
            SELECT push.id, push_json.json, \(columns.joined(separator: ", "))
            FROM push \(access) LEFT JOIN push_json ON push_json.num = push.num ORDER BY push.id
            """)
    }

    func advance() throws {
        isAtRow = try statement.step()
    }

    /// - Returns: `false` where the rest cannot be read.
    func advanceIfReadable() -> Bool {
        do {
            try advance()
            return true
        } catch {
            isAtRow = false
            return false
        }
    }

    /// What differs between this row and the one of the new store; `nil` if nothing does.
    func changes(to new: Rows, _ fields: [RecordField]) throws -> RebuiltPush.Change? {
        var found: [DifferingField] = []
        for (field, column) in zip(fields, CInt(2)...)
        where !names.contains(field.name) || !isSame(new, column) {
            found.append(
                DifferingField(
                    field.name, found: statement.valueText(column),
                    expected: new.statement.valueText(column)))
        }
        guard found.isEmpty, !isSame(new, 1) else {
            return found.isEmpty ? nil : .fields(found)
        }
        let wanted = try JSONText.decode(
            PushJSON.self, fromBytes: Array(new.statement.bytes(1)))
        let differing = try VerifyDifference.ofFields(in: Array(statement.bytes(1)), from: wanted)
        return .fields(differing.compactMap(\.field).filter { $0.name != "json" })
    }

    private func isSame(_ new: Rows, _ column: CInt) -> Bool {
        statement.isNull(column) == new.statement.isNull(column)
            && statement.isInteger(column) == new.statement.isInteger(column)
            && statement.isBlob(column) == new.statement.isBlob(column)
            && statement.bytes(column).elementsEqual(new.statement.bytes(column))
    }
}
