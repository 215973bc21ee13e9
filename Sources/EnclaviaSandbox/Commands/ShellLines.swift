import Foundation

/// A sandbox's environment in the forms that `up` prints.
struct ShellLines {
    private let variables: [(name: String, value: String?)]

    init(_ environment: [String: String?]) {
        variables = environment.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    /// `export NAME='value'` and `unset NAME`, for a POSIX shell.
    var text: String {
        variables.map { name, value in
            guard let value else { return "unset \(name)" }
            return "export \(name)='\(value.replacingOccurrences(of: "'", with: "'\\''"))'"
        }.joined(separator: "\n") + "\n"
    }

    /// An object of names to values; null takes a variable away.
    var json: String {
        get throws {
            let members = variables.map { ($0.name, $0.value.map(JSONValue.string) ?? .null) }
            let object = JSONValue.object(Dictionary(uniqueKeysWithValues: members))
            return String(decoding: try object.jsonText(), as: UTF8.self)
        }
    }
}
