import EnclaviaCommands
import EnclaviaStore
import Foundation
import TestSupport

/// The files of the repository that are generated from others: the command tree, its part of the zsh
/// script, the scripts' copies in the program, and the list of fields in the manual.
struct GeneratedFiles {
    struct File {
        let path: String
        let text: String
    }

    let files: [File]
    /// The values without a declared completion kind.
    let unknown: [String]

    init() throws {
        let root = try ParserDescription.ask()
        var tree = CommandTreeText(root)
        let folder = "Sources/EnclaviaCommands/Completion"
        let treeFile = File(
            path: "Sources/EnclaviaCompletion/Commands/CommandTree+Generated.swift",
            text: tree.text())
        unknown = tree.unknown

        let zsh = File(
            path: "completions/_enclavia",
            text: try Self.replace(
                try Self.read("completions/_enclavia"), with: ZshNamesText(root).text))
        let scripts = try Self.scripts([
            ("bash", try Self.read("completions/enclavia.bash")), ("zsh", zsh.text),
            ("fish", try Self.read("completions/enclavia.fish")),
        ])
        files = [
            treeFile, zsh, try Self.historyPage(),
            File(path: "\(folder)/CompletionScripts+Generated.swift", text: scripts),
        ]
    }

    static func read(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Build.root)/\(path)", encoding: .utf8)
    }

    func write() throws {
        for file in files {
            try file.text.write(
                toFile: "\(Build.root)/\(file.path)", atomically: true, encoding: .utf8)
        }
    }

    /// enclavia-history(5) with the list of fields and the version of the schema.
    private static func historyPage() throws -> File {
        let path = "man/enclavia-history.5"
        let begin = ".\\\" Written by `make completions` from "
        let page = try replace(
            try read(path), with: FieldTableText().text,
            between: ("\(begin)RecordField.\n", ".\\\" End.\n"))
        return File(
            path: path,
            text: try replace(
                page, with: ".Li user_version ,\n\(Schema.version): set both with\n",
                between: ("\(begin)the schema's version.\n", ".\\\" End.\n")))
    }

    private struct NoMarks: Error {}

    /// Replaces what is between the marks of a file by `text`.
    private static func replace(
        _ file: String, with text: String,
        between marks: (begin: String, end: String) = ("    # begin\n", "    # end\n")
    ) throws -> String {
        guard let begin = file.range(of: marks.begin),
            let end = file.range(of: marks.end, range: begin.upperBound..<file.endIndex)
        else { throw NoMarks() }
        return file[..<begin.upperBound] + text + file[end.lowerBound...]
    }

    private static func scripts(_ scripts: [(name: String, text: String)]) throws -> String {
        let members = scripts.map { script in
            let lines = script.text.split(separator: "\n", omittingEmptySubsequences: false)
            let body = lines.map { $0.isEmpty ? "" : "        \($0)" }.joined(separator: "\n")
            return "    static let \(script.name) = ##\"\"\"\n\(body)\n        \"\"\"##\n"
        }
        return """
            // swift-format-ignore-file
            // Written by `make completions` from the files in completions/.

            /// The completion scripts, byte for byte.
            enum CompletionScripts {
            \(members.joined(separator: "\n"))}

            """
    }
}
