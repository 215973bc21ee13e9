import EnclaviaCore
import GRDB

// The values of two sides as text, for a difference.

extension RecordField.Value {
    /// `nil` for `null`, which ``text`` shows as an empty text.
    var textOrNil: String? { self == .null ? nil : text }

    /// Whether it is the same by the bytes of its text, and of the same kind.
    func hasSameBytes(as other: RecordField.Value) -> Bool {
        switch (self, other) {
        case (.text(let own), .text(let other)): own.utf8.elementsEqual(other.utf8)
        default: self == other
        }
    }
}

extension RawStatement {
    /// What a column holds, as text; `nil` for NULL.
    func valueText(_ column: CInt) -> String? {
        if isNull(column) { return nil }
        return isBlob(column) ? Hexadecimal.literal(Array(bytes(column))) : text(column)
    }

    /// The field in which a column differs from what it should hold. Where that does not show in the text, the
    /// storage class is named.
    func differingField(_ name: String, _ column: CInt, expected: DatabaseValue) -> DifferingField {
        let found = valueText(column)
        let wanted: String? =
            switch expected.storage {
            case .null: nil
            case .int64(let number): String(number)
            case .double(let number): String(number)
            case .string(let text): text
            case .blob(let data): Hexadecimal.literal(Array(data))
            }
        let isShown = found.map { Array($0.utf8) } != wanted.map { Array($0.utf8) }
        return DifferingField(
            name, found: isShown ? found : "\(found ?? "nothing") of another storage class",
            expected: wanted)
    }
}

extension VerifyDifference {
    /// The fields in which a text of `push_json` differs from the expected record; the text itself if it cannot be
    /// decoded, or if no field differs.
    static func ofFields(
        in text: [UInt8], from wanted: PushJSON
    ) throws -> [VerifyDifference] {
        let id = wanted.id.text
        let whole = VerifyDifference.projection(table: "push_json", key: id, column: "json")
        let found: PushJSON
        do {
            found = try JSONText.decode(PushJSON.self, fromBytes: text)
        } catch {
            return [whole]
        }
        let fields = try RecordField.all.compactMap { field -> VerifyDifference? in
            let (has, should) = (try field.value(found), try field.value(wanted))
            guard !has.hasSameBytes(as: should) else { return nil }
            return .projection(
                table: "push_json", key: id, column: "json",
                field: DifferingField(field.name, found: has.textOrNil, expected: should.textOrNil))
        }
        return fields.isEmpty ? [whole] : fields
    }
}

extension Hexadecimal {
    /// Bytes as SQL writes them.
    fileprivate static func literal(_ bytes: [UInt8]) -> String { "x'\(encode(bytes))'" }
}
