/// The names of the engine's images, for completion.
package enum EngineImages {
    /// The most bytes of a response that are read.
    package static let bodyLimit = 8 << 20

    /// Sends one request (`GET /images/json`) to the engine at `socketPath`. Blocks the calling thread, and
    /// starts no process.
    ///
    /// - Returns: `repository:tag` of each image, in the engine's order, the newest first; empty after an
    ///   error, or where the request takes longer than `limitMilliseconds` in total.
    package static func names(socketPath: String, limitMilliseconds: Int64 = 150) -> [String] {
        let socket = EngineSocket(path: socketPath)
        guard
            let response = try? socket.request(
                "/images/json", milliseconds: limitMilliseconds, limit: bodyLimit),
            response.status == 200
        else { return [] }
        return names(in: response.body)
    }

    /// The elements of each `"RepoTags":[…]`.
    ///
    /// The bytes of that key cannot occur inside a JSON string, whose quotes are escaped, so a search is enough;
    /// parsing 8 MiB would take too long for a completion.
    package static func names(in body: [UInt8]) -> [String] {
        let key = Array(#""RepoTags":["#.utf8)
        var names: [String] = []
        var rest = body[...]
        while let found = rest.firstRange(of: key) {
            rest = rest[found.upperBound...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { break }
            for element in rest[..<end].split(separator: UInt8(ascii: ",")) {
                if let name = name(element) { names.append(name) }
            }
            rest = rest[end...]
        }
        return names
    }

    /// The reference between quotes; `nil` where it contains other characters than references do, such as
    /// `<none>:<none>` and escaped text.
    private static func name(_ element: ArraySlice<UInt8>) -> String? {
        let quote = UInt8(ascii: "\"")
        guard element.count > 2, element.first == quote, element.last == quote else { return nil }
        let text = element.dropFirst().dropLast()
        return text.allSatisfy(isReferenceByte) ? String(decoding: text, as: UTF8.self) : nil
    }

    private static func isReferenceByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"):
            true
        default: ".-_/@".utf8.contains(byte)
        }
    }
}
