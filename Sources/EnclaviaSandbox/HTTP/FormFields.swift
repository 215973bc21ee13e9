import EnclaviaSystem

/// The fields of an `application/x-www-form-urlencoded` text: a form's body or a query.
struct FormFields: Sendable {
    /// Names with their values, in the order given; a name may come more than once.
    let values: [(name: String, value: String)]

    init(_ bytes: some Sequence<UInt8>) {
        self.init(String(decoding: Array(bytes), as: UTF8.self))
    }

    init(_ text: String) {
        values = text.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    subscript(name: String) -> String? { values.first { $0.name == name }?.value }

    /// Every value of a name that may come more than once.
    func all(_ name: String) -> [String] { values.filter { $0.name == name }.map(\.value) }

    private static func decoded(_ text: Substring) -> String {
        PercentEncoding.decode(String(text.map { $0 == "+" ? " " : $0 }))
    }
}
