/// Text of the operating system, such as a path, an argument or a variable: bytes, which need not be UTF-8.
///
/// A `String` holds them without loss, as Python's "surrogateescape" does (PEP 383): a byte that belongs to no
/// UTF-8 sequence becomes the scalar U+10FF00 plus the byte, of the last private use area. Those scalars are
/// themselves held byte by byte, so that every text converts back to its own bytes. Pass ``Swift/String/native`` or
/// ``Swift/String/nativeBytes`` to a system call or to a child, never the UTF-8 of the `String`.
package enum NativeText {
    private static let offset: UInt32 = 0x10_FF00
    /// The scalars that stand for single bytes.
    static let escapes: ClosedRange<UInt32> = 0x10_FF80...0x10_FFFF

    /// The byte that a scalar stands for; `nil` for one that stands for itself.
    static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        escapes.contains(scalar.value) ? UInt8(scalar.value - offset) : nil
    }

    fileprivate static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !holdsEscapes(text) { return text }
        var text = String.UnicodeScalarView()
        var index = 0
        while index < bytes.count {
            if let (scalar, length) = scalar(bytes[index...].prefix(4)) {
                text.append(scalar)
                index += length
            } else {
                text.append(Unicode.Scalar(offset + UInt32(bytes[index])) ?? "\u{FFFD}")
                index += 1
            }
        }
        return String(text)
    }

    private static func holdsEscapes(_ text: String) -> Bool {
        text.unicodeScalars.contains { byte($0) != nil }
    }

    /// The scalar at the beginning of `bytes`, and its length; `nil` where there is none that stands for itself.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        for length in 1...bytes.count {
            guard let text = String(validating: bytes.prefix(length), as: UTF8.self),
                let scalar = text.unicodeScalars.first
            else { continue }
            return byte(scalar) == nil ? (scalar, length) : nil
        }
        return nil
    }
}

extension String {
    /// The text of bytes up to a NUL.
    package init(native characters: UnsafePointer<CChar>) {
        var bytes: [UInt8] = []
        var next = characters
        while next.pointee != 0 {
            bytes.append(UInt8(bitPattern: next.pointee))
            next += 1
        }
        self = NativeText.text(bytes)
    }

    /// The bytes that the text stands for.
    package var nativeBytes: [UInt8] {
        // Every such scalar begins with this byte, and few others do.
        guard utf8.contains(0xF4) else { return Array(utf8) }
        return unicodeScalars.flatMap { scalar in
            NativeText.byte(scalar).map { [$0] } ?? Array(UTF8.encode(scalar) ?? .init())
        }
    }

    /// The bytes and a NUL, as a system call takes them.
    package var native: [CChar] { nativeBytes.map { CChar(bitPattern: $0) } + [0] }

    /// Whether the bytes are UTF-8.
    package var isUTF8: Bool {
        !utf8.contains(0xF4) || String(validating: nativeBytes, as: UTF8.self) != nil
    }

    /// The text as Unicode, in which U+FFFD stands for what is not UTF-8. Show or record it, but never open a file
    /// by it.
    package var lossy: String {
        utf8.contains(0xF4) ? String(decoding: nativeBytes, as: UTF8.self) : self
    }
}
