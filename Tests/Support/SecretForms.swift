import Foundation

/// The encodings in which a secret may appear, computed with other code than the product's.
package struct SecretForms: Sendable {
    private let forms: [Data]

    /// - Parameter users: the names that may precede the secret in a `Basic` header.
    package init(_ secrets: [String], users: [String] = ["alice"]) {
        forms = secrets.flatMap { secret in
            Self.spellings(of: secret) + users.flatMap { Self.basic("\($0):\(secret)") }
        }
    }

    /// Whether any of them is in `data`.
    package func show(in data: Data) -> Bool {
        forms.contains { data.range(of: $0) != nil }
    }

    package func show(in text: some StringProtocol) -> Bool { show(in: Data(text.utf8)) }

    /// The files below `directories` that contain any of them.
    package func files(below directories: [String]) throws -> [String] {
        try directories.filter { !$0.isEmpty }.flatMap { directory in
            guard FileManager.default.fileExists(atPath: directory) else { return [String]() }
            let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
            return names.map { "\(directory)/\($0)" }.filter { path in
                var status = stat()
                guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                    return false
                }
                // A file that was removed meanwhile contains nothing.
                return FileManager.default.contents(atPath: path).map(show) ?? false
            }
        }
    }

    private static func spellings(of secret: String) -> [Data] {
        let json = secret.utf16.map { String(format: "\\u%04x", $0) }.joined()
        let percent = secret.utf8.map { String(format: "%%%02X", $0) }.joined()
        var unreserved = CharacterSet.alphanumerics
        unreserved.insert(charactersIn: "-._~")
        let form = secret.addingPercentEncoding(withAllowedCharacters: unreserved) ?? secret
        return [secret, json, json.uppercased(), percent, percent.lowercased(), form].map {
            Data($0.utf8)
        }
    }

    /// Both base64 alphabets, up to where the padding would begin.
    private static func basic(_ pair: String) -> [Data] {
        let whole = Data(pair.utf8.prefix(pair.utf8.count / 3 * 3)).base64EncodedString()
        let urlSafe = whole.replacing("+", with: "-").replacing("/", with: "_")
        return [whole, urlSafe].map { Data($0.utf8) }
    }
}
