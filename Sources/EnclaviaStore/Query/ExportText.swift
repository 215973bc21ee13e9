import Glibc

/// Makes a line of an export from a record's JSON text.
enum ExportText {
    /// The text with `"origin":null`.
    ///
    /// Inside a string every quote is escaped, so that `"origin":{` can only be the member itself.
    static func line(_ json: String) -> String {
        var json = json
        return json.withUTF8 { bytes in
            guard let start = ByteSearch.first(Self.begin, in: bytes) else {
                return String(decoding: bytes, as: UTF8.self)
            }
            let end = ByteSearch.endOfObject(bytes, from: start + begin.count - 1)
            var line: [UInt8] = []
            line.reserveCapacity(bytes.count)
            line += bytes[..<start]
            line += Self.none
            line += bytes[end...]
            return String(decoding: line, as: UTF8.self)
        }
    }

    private static let begin = Array(#""origin":{"#.utf8)
    private static let none = Array(#""origin":null"#.utf8)
}

/// Looks for bytes in a JSON text.
enum ByteSearch {
    static func first(_ wanted: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress, wanted.count >= 2, bytes.count >= wanted.count else {
            return nil
        }
        let (first, second) = (wanted[0], wanted[1])
        for place in 0...(bytes.count - wanted.count)
        where base[place] == first && base[place + 1] == second {
            if memcmp(base + place, wanted, wanted.count) == 0 { return place }
        }
        return nil
    }

    /// The place after the object that begins at `start`.
    static func endOfObject(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var depth = 0
        var isInString = false
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\") where isInString: place += 1
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{") where !isInString: depth += 1
            case UInt8(ascii: "}") where !isInString:
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return place
    }
}
