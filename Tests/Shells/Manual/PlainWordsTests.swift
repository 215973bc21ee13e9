import Foundation
import TestSupport
import Testing

/// Phrases that this project once used for terms that the field has words for.
@Suite struct PlainWordsTests {
    private static let phrases = #"""
        \bmend(s|ed)?\b|will bite|makes no sense|\bis no (time|record|push)\b|\bnames no\b|\#
        \btake[ns]? away\b|put down as|\blies? in the spool|tell who|are on record|heard of|what is none
        """#

    @Test(arguments: ["README.md", "man", "completions", "Sources"])
    func `the texts that users and engineers read use plain words`(_ place: String) throws {
        let phrases = try Regex(Self.phrases)
        let paths = try Self.files(in: place)
        #expect(!paths.isEmpty)
        for path in paths {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for line in text.split(separator: "\n") where line.contains(phrases) {
                Issue.record("\(path): \(line)")
            }
        }
    }

    @Test(arguments: [
        "it names no push", "what could not be mended", "two pushes lie in the spool",
    ])
    func `a phrase of the list is found`(_ line: String) throws {
        #expect(line.contains(try Regex(Self.phrases)))
    }

    private static func files(in place: String) throws -> [String] {
        let path = "\(Build.root)/\(place)"
        var isDirectory: ObjCBool = false
        #expect(FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory))
        guard isDirectory.boolValue else { return [path] }
        return try FileManager.default.subpathsOfDirectory(atPath: path)
            .map { "\(path)/\($0)" }
            .filter { file in
                try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
                    == .typeRegular
            }
    }
}
