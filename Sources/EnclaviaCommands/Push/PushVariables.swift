import EnclaviaCore

/// The variables of a push that succeeded, one on each line, as `$GITHUB_OUTPUT` and GitLab's dotenv reports take them:
/// no quotation marks, no spaces, no blank lines.
///
/// Sources: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>,
/// <https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv>.
package struct PushVariables {
    /// Ends with a line feed.
    package let text: String

    /// - Throws: `usage` for a value that a line cannot hold.
    package init(_ record: PushRecord) throws(UserError) {
        let values = [
            ("ENCLAVIA_REFERENCE", record.reference?.description),
            ("ENCLAVIA_DIGEST", record.state.manifest?.digest.description),
            ("ENCLAVIA_PUSH_ID", record.id.text),
        ]
        var text = ""
        for (name, value) in values {
            guard let value else { continue }
            guard value.utf8.allSatisfy(Self.isPlain) else {
                throw UserError(
                    .usage,
                    "the value of \(name) has a line break, a space or a quotation mark:"
                        + " \(value.quoted)")
            }
            text += "\(name)=\(value)\n"
        }
        self.text = text
    }

    /// Printable ASCII, without what a dotenv file or a shell interprets.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"'`$\\#".utf8.contains(byte)
    }
}
