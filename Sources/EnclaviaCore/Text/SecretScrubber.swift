import Synchronization

/// Replaces the secrets that this process knows by `•••` in all that leaves it: messages, results, records.
///
/// A secret is found by its value, in each spelling that a server or another program may repeat it in: as it
/// is; with bytes written as JSON, URL or HTML escapes; and as any part of a text in Base64, which a `Basic`
/// header is (RFC 7617).
package final class SecretScrubber: Sendable {
    /// What stands for a secret.
    package static let mark = "•••"
    private let known = Mutex(Known())

    package init() {}

    /// Adds a token, which is replaced from now on.
    ///
    /// A token of fewer than 12 bytes, or of fewer than 16 hexadecimal digits, is ignored: it could be a word, a
    /// number or a part of a digest, and replacing it would damage names and records.
    package func add(_ token: Secret) {
        let bytes = Array(token.reveal().utf8)
        guard bytes.count >= 16 || (bytes.count >= 12 && !bytes.allSatisfy(\.isHexDigit)) else {
            return
        }
        add(bytes)
    }

    /// Adds what an address carries before its `@`. The password alone is replaced only where it is unlikely to be
    /// a part of a name: at least 12 bytes of at least three kinds of characters.
    package func add(password: String, of user: String) {
        guard !password.isEmpty else { return }
        add(Array("\(user):\(password)".utf8))
        let kinds = Set(password.utf8.map(\.kind))
        if password.utf8.count >= 12, kinds.count >= 3 { add(Array(password.utf8)) }
    }

    private func add(_ secret: [UInt8]) {
        known.withLock { known in
            guard secret.count > 1, known.secrets.insert(secret).inserted else { return }
            known.add(secret)
            for form in Base64Form.all(of: secret) { known.add(form) }
        }
    }

    /// The length of the longest text that is looked for, not counting escapes, in bytes.
    package var longest: Int { known.withLock { $0.forms.first?.count ?? 0 } }

    /// Whether no secret is known.
    package var isEmpty: Bool { known.withLock { $0.forms.isEmpty } }

    /// `text` without any known secret.
    package func scrub(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let clean = scrubbed(bytes) else { return text }
        return String(decoding: clean, as: UTF8.self)
    }

    /// `bytes` without any known secret.
    package func scrub(_ bytes: [UInt8]) -> [UInt8] {
        scrubbed(bytes) ?? bytes
    }

    /// `nil` where there is nothing to replace.
    private func scrubbed(_ bytes: [UInt8]) -> [UInt8]? {
        let known = known.withLock { $0 }
        guard !known.forms.isEmpty else { return nil }
        var clean: [UInt8] = []
        var copied = 0
        var next = 0
        while let start = known.candidate(in: bytes, from: max(copied, next)) {
            next = start + 1
            guard let end = known.end(in: bytes, from: start) else { continue }
            clean += bytes[copied..<start]
            clean += Self.mark.utf8
            copied = end
        }
        guard copied > 0 else { return nil }
        return clean + bytes[copied...]
    }
}

/// The forms to look for.
private struct Known {
    var secrets: Set<[UInt8]> = []
    /// The longest first, so that a secret that contains another is replaced as a whole.
    private(set) var forms: [[UInt8]] = []
    /// Whether a form, escaped or not, can begin with two bytes: the index is 256 times the first plus the second.
    private var begins: [Bool] = []

    mutating func add(_ form: [UInt8]) {
        let place = forms.firstIndex { $0.count < form.count } ?? forms.endIndex
        forms.insert(form, at: place)
        if begins.isEmpty {
            begins = [Bool](repeating: false, count: 1 << 16)
            for escape in Self.escapes {
                for second in 0..<256 { begins[escape << 8 | second] = true }
            }
        }
        let first = Int(form[0])
        for second in Self.escapes + [Int(form[1])] { begins[first << 8 | second] = true }
    }

    private static let escapes = "\\%&".utf8.map { Int($0) }

    /// The first place from `start` on where a form may begin, by the two bytes there.
    ///
    /// A result of 100 MB goes through this, so it reads memory without bounds checks.
    func candidate(in text: [UInt8], from start: Int) -> Int? {
        text.withUnsafeBufferPointer { text in
            begins.withUnsafeBufferPointer { begins in
                var index = start
                while index + 1 < text.count {
                    if begins[Int(text[index]) << 8 | Int(text[index + 1])] { return index }
                    index += 1
                }
                return nil
            }
        }
    }

    /// Where a form ends that begins at `start`; `nil` where none does.
    func end(in text: [UInt8], from start: Int) -> Int? {
        for form in forms {
            if let end = EscapedText.end(of: form, in: text[start...]) { return end }
        }
        return nil
    }
}

extension UInt8 {
    fileprivate enum Kind { case digit, lowercase, uppercase, other }

    fileprivate var kind: Kind {
        switch self {
        case 48...57: .digit
        case 97...122: .lowercase
        case 65...90: .uppercase
        default: .other
        }
    }

    fileprivate var isHexDigit: Bool {
        kind == .digit || (97...102).contains(self) || (65...70).contains(self)
    }
}
