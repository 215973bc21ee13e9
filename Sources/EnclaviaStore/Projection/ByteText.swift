/// A text that equals another only where their bytes are the same, as SQLite compares texts.
///
/// Swift's own equality is canonical equivalence (Unicode Standard Annex 15): two spellings of "Zürich" are
/// one `String`, and one key of a dictionary, but two values of a column.
struct ByteText: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
