/// The end of what a command printed, in whole lines where it can be.
package struct OutputTail: Sendable {
    /// The most bytes that are kept.
    package static let limit = 4096

    package private(set) var text = ""

    package init() {}

    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) { add(String(line)) }
    }

    package mutating func add(_ line: String) {
        text += text.isEmpty ? line : "\n" + line
        guard text.utf8.count > Self.limit else { return }
        let kept = text.utf8.suffix(Self.limit)
        let whole = kept.firstIndex(of: UInt8(ascii: "\n")).map { kept[$0...].dropFirst() }
        text = String(decoding: whole ?? kept, as: UTF8.self)
    }
}
