/// A record as the store returns it: its JSON text, which is ready to be printed, and from it the record itself. A
/// `running` push whose process has crashed already reads `interrupted`.
package struct StoredPush: Hashable, Sendable {
    /// The record in its JSON shape (``PushJSON``), one line.
    package let json: String
    /// The store that it was read from.
    package let store: String

    package init(json: String, store: String) {
        self.json = json
        self.store = store
    }

    /// The record's fields, as its JSON text has them.
    ///
    /// - Throws: ``StoreError/corrupt(path:detail:)`` where the text is not a record.
    package func fields() throws(StoreError) -> PushJSON {
        do {
            return try JSONText.decode(PushJSON.self, from: json)
        } catch {
            throw .corrupt(path: store, detail: "the text of a record is not valid")
        }
    }

    /// - Throws: ``StoreError/corrupt(path:detail:)`` where the text is not a record.
    package func record() throws(StoreError) -> PushRecord {
        do {
            return try JSONText.decode(PushJSON.self, from: json).record()
        } catch {
            throw .corrupt(path: store, detail: "the text of a record is not valid")
        }
    }
}
