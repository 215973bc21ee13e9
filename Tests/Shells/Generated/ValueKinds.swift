/// What the parser's values are, by the name of their option, or else of the value.
///
/// The parser knows of most only that they are text. A value that is not listed here fails the test
/// of the generated files, so that nobody forgets to decide.
enum ValueKinds {
    static let byOption: [String: String] = [
        "--before": ".time",
        "--commit": ".free",
        "--container-port": ".free",
        "--digest": ".digest",
        "--digest-file": ".file",
        "--head": ".free",
        "--host": ".free",
        "--image": ".destination",
        "--label": ".label",
        "--limit": ".free",
        "--message": ".free",
        "--name": ".free",
        "--port": ".free",
        "--repository": ".repository",
        "--retry": ".free",
        "--since": ".time",
        "--storage-size-bytes": ".free",
        "--tag": ".tag",
        "--type": ".free",
        "--until": ".time",
        "--user": ".free",
        "--visibility": #".words(["public", "private"])"#,
    ]

    static let byValue: [String: String] = [
        "destination": ".destination",
        "enclave": ".enclave",
        "enclave-id": ".enclave",
        "file": ".file",
        "glob": ".glob",
        "id": ".enclave",
        "local-image": ".localImage",
        "path": ".file",
        "push": ".push",
        "pushes": ".push",
        "reference": ".destination",
        "time": ".time",
    ]

    /// The Swift text of the kind; `nil` where nobody has said.
    static func text(_ argument: ParserDescription.Argument) -> String? {
        if let words = argument.words, !words.isEmpty {
            return ".words([" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "])"
        }
        for name in argument.spellings {
            if let kind = byOption[name] { return kind }
        }
        return argument.valueName.flatMap { byValue[$0] }
    }
}
