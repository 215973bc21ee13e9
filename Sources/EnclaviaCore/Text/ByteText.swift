/// A text that equals another only where their bytes are the same, as SQLite compares texts.
///
/// Swift's own equality is canonical equivalence (Unicode Standard Annex 15): two spellings of "Zürich" are
/// one `String`, and one key of a dictionary, but two values of a column.
package struct ByteText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
