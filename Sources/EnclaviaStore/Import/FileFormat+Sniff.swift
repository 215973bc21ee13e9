import EnclaviaCore

extension FileFormat {
    /// What the file may be whose first line is no record; `nil` where that cannot be told.
    ///
    /// Source: the first bytes of RFC 1952 (gzip), RFC 8878 (zstd), the xz file format 1.2, bzip2, APPNOTE 4.3.7
    /// (zip), the SQLite database file format 1.3, and the byte order marks of Unicode.
    init?(firstLine line: [UInt8]) {
        let magics: [(FileFormat, [UInt8])] = [
            (.gzip, [0x1F, 0x8B]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
            (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A]), (.bzip2, Array("BZh".utf8)),
            (.zip, [0x50, 0x4B, 0x03, 0x04]), (.sqlite, Array("SQLite format 3".utf8)),
            (.utf16, [0xFF, 0xFE]), (.utf16, [0xFE, 0xFF]), (.utf16, [0x7B, 0x00]),
            (.utf16, [0x00, 0x7B]),
        ]
        if let (format, _) = magics.first(where: { line.starts(with: $0.1) }) {
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
