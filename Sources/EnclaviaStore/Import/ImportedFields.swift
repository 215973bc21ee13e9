import EnclaviaCore

/// The grammars that the types of a record leave open.
///
/// The order of its times is none of them: they are what the clock of that machine said, which may have
/// been set back meanwhile.
enum ImportedFields {
    /// - Throws: the first field that breaks its grammar.
    static func check(_ record: PushRecord) throws(RecordFault) {
        let fields: [(name: String, isSound: Bool)] = [
            ("destination", (try? Destination(record.destination)) != nil),
            ("backend", isURL(record.backend)),
            ("reference", record.reference.map(isSound) ?? true),
            ("local_image", isPlain(record.localImage)),
            ("local_image_id", (record.image?.id).map(Grammar.isDigest) ?? true),
            ("media_type", (record.state.manifest?.mediaType).map(isPlain) ?? true),
            ("failure.kind", (record.state.failure?.kind).map(Grammar.isSnakeCase) ?? true),
            ("labels", record.labels.allSatisfy(LabelGrammar.isSound)),
            ("message", record.message.map { !$0.isEmpty && LabelGrammar.isValue($0) } ?? true),
            ("context.git_commit", record.context.gitCommit.map(isCommit) ?? true),
            ("engine", record.engine.map { isPlain($0.name) && isPlain($0.version) } ?? true),
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
        reference.name.utf8.count <= Grammar.nameLimit && Grammar.isRegistry(reference.registry)
    }

    private static func isCommit(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(Grammar.isLowerHex)
    }

    /// Text of one line, which neither steers a terminal nor is empty.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && !text.unicodeScalars.contains(where: TerminalText.isUnsafe)
    }
}
