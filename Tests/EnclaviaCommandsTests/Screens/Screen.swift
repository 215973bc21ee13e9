import EnclaviaCommands
import EnclaviaSystem
import Foundation
import TestSupport

/// What a command prints for people: its output at 80 and 120 columns, with and without colour, as in its
/// file in Tests/Screens.
struct Screen {
    /// The name of its file.
    let name: String
    let words: [String]

    init(_ name: String, _ words: String...) {
        self.name = name
        self.words = words
    }

    private static let sizes = [(80, false), (120, false), (80, true), (120, true)]

    /// The command line and the store of one run. In the text, `/home/alice` is the store's folder.
    struct Stage {
        let line: CommandLineRun
        let store: RealStore
    }

    /// Runs the command once in each size, each time on a new stage.
    func text(on stage: () async throws -> Stage) async throws -> String {
        var text = "$ enclavia \(words.map(Self.quoted).joined(separator: " "))\n"
        for (width, hasColor) in Self.sizes {
            let stage = try await stage()
            var line = stage.line
            line.out = CommandLineRun.terminal(width, color: hasColor)
            line.stderr = line.out
            let run = await line.run(words)
            var screen = "\n======== \(width) columns\(hasColor ? ", colours" : "")\n"
            screen += Self.visible(run.out)
            if !run.err.isEmpty {
                screen += "-------- standard error\n" + Self.visible(run.err)
            }
            screen += "-------- exit \(run.status.rawValue)\n"
            text += screen.replacing(stage.store.folder.path, with: "/home/alice")
        }
        return text
    }

    private static func quoted(_ word: String) -> String {
        word.contains { " *{}'\\\"".contains($0) } || word.isEmpty ? "'\(word)'" : word
    }

    /// What a terminal shows in the end: no erased lines. Escape sequences are made visible.
    private static func visible(_ text: String) -> String {
        let erasure = "\r\u{1B}[K"
        var kept = ""
        for (index, part) in text.components(separatedBy: erasure).enumerated() {
            if index > 0 { kept.removeSubrange(kept.lastLineStart..<kept.endIndex) }
            kept += part
        }
        return kept.replacing("\u{1B}", with: "\\e")
    }
}

extension String {
    fileprivate var lastLineStart: Index {
        lastIndex(of: "\n").map { index(after: $0) } ?? startIndex
    }
}

/// The files of Tests/Screens, which `make screens` rewrites.
enum ScreenFiles {
    private static let folder = "\(Build.root)/Tests/Screens"

    static let isWritten = ProcessInfo.processInfo.environment["ENCLAVIA_REGENERATE"] != nil

    /// The names of the screens that have a file.
    static func names() throws -> Set<String> {
        Set(
            try FileManager.default.contentsOfDirectory(atPath: folder).map {
                String($0.dropLast(".txt".count))
            })
    }

    static func expected(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name).txt", encoding: .utf8)
    }

    static func write(_ text: String, to name: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: "\(folder)/\(name).txt", atomically: true, encoding: .utf8)
    }
}
