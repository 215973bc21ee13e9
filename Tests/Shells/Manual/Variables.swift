import Foundation
import TestSupport

/// The variables of the environment that the program's sources read.
enum Variables {
    /// Found as strings in the expressions by which the sources read a variable; a variable that is
    /// set for a child process does not count.
    static func read() throws -> Set<String> {
        var names: Set<String> = []
        let folder = URL(filePath: "\(Build.root)/Sources")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift", !file.path.contains("andbox") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            // A table of variables, which holds no other text in upper case.
            if file.lastPathComponent == "CIProvider.swift" {
                names.formUnion(self.names(in: text[...]))
            }
            for line in text.split(separator: "\n")
            where line.contains("\"") {
                let found = line.matches(of: reading) + line.matches(of: choice)
                for match in found { names.formUnion(self.names(in: match.output.1)) }
            }
        }
        return names
    }

    /// `environment["A"]`, `variables["A", "B"]`, `value("A")`.
    private nonisolated(unsafe) static let reading =
        #/(?:nvironment\[|ariables\[|ariables\(\[|value\(|directory\()("\w+"(?:, "\w+")*)[\])](?! = )/#
    /// `["A", "B"].contains { environment[$0]`.
    private nonisolated(unsafe) static let choice =
        #/\[("\w+"(?:, "\w+")*)\]\.contains \{ environment/#

    private static func names(in list: Substring) -> [String] {
        list.matches(of: #/"([A-Z][A-Z0-9_]+|https_proxy|no_proxy)"/#).map { String($0.output.1) }
    }
}
