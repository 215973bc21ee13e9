/// A record as the store hands it out: its JSON text, which is ready to be printed, and from it the
/// record itself. A `running` push whose process has died already reads `interrupted`.
package struct StoredPush: Hashable, Sendable {
    /// The record in its JSON shape (``PushJSON``), one line.
    package let json: String

    package init(json: String) {
        self.json = json
    }

    /// - Throws: ``StoreError/corrupt(path:detail:)``'s underlying decoding error or ``RecordFault``.
    package func record() throws -> PushRecord {
        try JSONText.decode(PushJSON.self, from: json).record()
    }
}
