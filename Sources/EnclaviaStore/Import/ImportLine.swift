import EnclaviaCore

/// Parses one line of an export, and checks each of its fields against the field's grammar.
package enum ImportLine {
    /// Checks a line by every rule of its record, and that no object has a duplicate key, which a decoder ignores.
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

/// Checks the grammars that the types of a record do not enforce.
///
/// The order of its times is not checked: that machine's clock may have been set back in between.
private enum ImportedFields {
    /// - Throws: the first field that breaks its grammar.
    static func check(_ record: PushRecord) throws(RecordFault) {
        let fields: [(name: String, isSound: Bool)] = [
            ("destination", (try? Destination(record.destination)) != nil),
            ("backend", isURL(record.backend)),
            ("reference", record.reference.map(isSound) ?? true),
            ("local_image", isPlain(record.localImage)),
            ("local_image_id", (record.image?.id).map(ReferenceGrammar.isDigest) ?? true),
            ("media_type", (record.state.manifest?.mediaType).map(isPlain) ?? true),
            (
                "failure.kind",
                (record.state.failure?.kind).map(ReferenceGrammar.isSnakeCase) ?? true
            ),
            ("labels", record.labels.allSatisfy(LabelGrammar.isSound)),
            ("message", record.message.map { !$0.isEmpty && LabelGrammar.isValue($0) } ?? true),
            ("context.git_commit", record.context.gitCommit.map(isCommit) ?? true),
            (
                "engine",
                record.engine.map { isPlain($0.name) && ($0.version.map(isPlain) ?? true) } ?? true
            ),
            ("cli_version", isPlain(record.cliVersion)),
        ]
        if let (field, _) = fields.first(where: { !$0.isSound }) { throw .badField(field) }
        let outcome = record.state.outcome
        if outcome != .succeeded, record.notify.outcome == .pending {
            throw .inconsistentOutcome(outcome, field: "notify.outcome")
        }
    }

    private static func isURL(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && isPlain(text)
            && !text.contains(" ")
    }

    private static func isSound(_ reference: ImageReference) -> Bool {
        reference.name.utf8.count <= ReferenceGrammar.nameLimit
            && ReferenceGrammar.isRegistry(reference.registry)
    }

    private static func isCommit(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(ReferenceGrammar.isLowerHex)
    }

    /// Whether `text` is one line that is not empty and has no characters that control a terminal.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && (text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
                || !text.unicodeScalars.contains(where: TerminalText.isUnsafe))
    }
}

extension FileFormat {
    /// The format that the first bytes of a file tell; `nil` if they tell none.
    ///
    /// Source: the first bytes of RFC 1952 (gzip), RFC 8878 (zstd), the xz file format 1.2, bzip2, APPNOTE 4.3.7
    /// (zip), the SQLite database file format 1.3, and the byte order marks of Unicode.
    init?(magicOf line: [UInt8]) {
        let magics: [(FileFormat, [UInt8])] = [
            (.gzip, [0x1F, 0x8B]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
            (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A]), (.bzip2, Array("BZh".utf8)),
            (.zip, [0x50, 0x4B, 0x03, 0x04]), (.sqlite, Array("SQLite format 3".utf8)),
            (.utf16, [0xFF, 0xFE]), (.utf16, [0xFE, 0xFF]), (.utf16, [0x7B, 0x00]),
            (.utf16, [0x00, 0x7B]),
        ]
        guard let (format, _) = magics.first(where: { line.starts(with: $0.1) }) else { return nil }
        self = format
    }

    /// Guesses the format of a file whose first line is not a record; `nil` if it is unknown.
    fileprivate init?(firstLine line: [UInt8]) {
        if let format = FileFormat(magicOf: line) {
            self = format
            return
        }
        let blank: [UInt8] = [0x20, 0x09, 0x0D]
        let text = line.drop { blank.contains($0) }.reversed().drop { blank.contains($0) }
        switch (text.last, text.first) {
        case (UInt8(ascii: "["), _): self = .array
        case (UInt8(ascii: "{"), UInt8(ascii: "{")?), (UInt8(ascii: "{"), UInt8(ascii: ",")?),
            (UInt8(ascii: "{"), UInt8(ascii: "[")?):
            self = .prettyPrinted
        default: return nil
        }
    }
}
