import EnclaviaCore

/// One line of an export, held against every grammar that its fields have.
package enum ImportLine {
    /// Checks a line by every rule: those of its record, and that no object has a key twice, which a decoder
    /// passes over.
    ///
    /// - Throws: ``ImportError/malformed(line:field:detail:)``.
    package static func check(_ line: [UInt8], number: Int) throws(ImportError) {
        guard try record(line, number: number) != nil, let key = RepeatedKey.first(in: line) else {
            return
        }
        throw fault(RecordFault.repeatedKey(key), number)
    }

    /// The record on a line; `nil` where the line is blank.
    ///
    /// - Throws: ``ImportError/malformed(line:field:detail:)``.
    package static func record(_ line: [UInt8], number: Int) throws(ImportError) -> PushRecord? {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
        do {
            let json = try JSONText.decode(PushJSON.self, fromBytes: line)
            guard json.writtenVersion <= PushJSON.schemaVersion else {
                throw RecordFault.newerVersion(json.writtenVersion)
            }
            let record = try json.record()
            try ImportedFields.check(record)
            return record
        } catch {
            throw fault(error, number)
        }
    }

    /// The record on a line, ready to be written.
    ///
    /// - Throws: ``ImportError/malformed(line:field:detail:)``.
    static func prepared(
        _ line: [UInt8], number: Int, importedAt: Timestamp
    ) throws(ImportError) -> PreparedRecord? {
        guard let record = try record(line, number: number) else { return nil }
        do {
            return try PreparedRecord(record, importedAt: importedAt)
        } catch {
            throw fault(error, number)
        }
    }

    private static func fault(_ error: any Error, _ line: Int) -> ImportError {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            let path = context.codingPath + [key]
            return .malformed(line: line, field: joined(path), detail: "it is missing")
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            return .malformed(
                line: line, field: joined(context.codingPath),
                detail: context.debugDescription)
        case RecordFault.inconsistentReference:
            return .malformed(
                line: line, field: "reference",
                detail: "it disagrees with registry, owner, repository and tag")
        case RecordFault.inconsistentOutcome(let outcome, let field):
            return .malformed(
                line: line, field: field,
                detail: "a push that is \(outcome.rawValue) cannot have it so")
        case RecordFault.dependent(let field, let other):
            return .malformed(
                line: line, field: field, detail: "it cannot be there without \(other)")
        case RecordFault.newerVersion(let version):
            return .malformed(
                line: line, field: "schema_version",
                detail: "a newer enclavia wrote version \(version): update this one")
        case RecordFault.repeatedKey(let key):
            return .malformed(line: line, field: key, detail: "it is there twice")
        case RecordFault.badField(let field):
            return .malformed(line: line, field: field, detail: "it breaks its grammar")
        default:
            return .malformed(line: line, field: nil, detail: "\(error)")
        }
    }

    private static func joined(_ path: [any CodingKey]) -> String? {
        let names = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return names.isEmpty ? nil : names.joined(separator: ".")
    }
}
