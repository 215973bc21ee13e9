/// The names of the engine's images, for completion.
package enum EngineImages {
    /// The most bytes of an answer that are read.
    package static let bodyLimit = 8 << 20

    /// Asks the engine behind `socketPath` once (`GET /images/json`), on the calling thread, and starts
    /// no process.
    ///
    /// - Returns: `repository:tag` of each image, in the engine's order, the newest first; nothing
    ///   where anything goes wrong or takes longer than `limitMilliseconds` all told.
    package static func names(socketPath: String, limitMilliseconds: Int64 = 150) -> [String] {
        let socket = EngineSocket(path: socketPath)
        guard
            let answer = try? socket.request(
                "/images/json", milliseconds: limitMilliseconds, limit: bodyLimit),
            answer.status == 200
        else { return [] }
        return names(in: answer.body)
    }

    /// The path of the engine's socket, by the environment, the user's configuration of the client and,
    /// for a context, its description; `nil` where the engine is reached in another way.
    package static func socketPath(environment: [String: String], home: String?) -> String? {
        EngineEndpoint.docker(environment: environment) {
            UserConfiguration(environment: environment, home: home)
        }.socketPath
    }

    /// The elements of each `"RepoTags":[…]`.
    ///
    /// The bytes of that key cannot stand inside a JSON string, whose quotes are escaped, so the answer
    /// need not be parsed; parsing 8 MiB would take longer than a person waits for TAB.
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

    /// A reference between quotes, of the characters that references are made of; `<none>:<none>`, and
    /// anything escaped, is none.
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
