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
        throw ImportFault.error(RecordFault.repeatedKey(key), line, number)
    }

    /// The record on a line; `nil` where the line is blank.
    ///
    /// - Throws: ``ImportError/malformed(line:field:detail:)``, ``ImportError/otherFormat(_:)``.
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
            if number == 1, let format = FileFormat(firstLine: line) { throw .otherFormat(format) }
            throw ImportFault.error(error, line, number)
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
            throw ImportFault.error(error, line, number)
        }
    }
}
