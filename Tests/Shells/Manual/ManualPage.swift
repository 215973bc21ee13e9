import Foundation
import TestSupport
import Testing

/// A page of the manual, by its mdoc text.
struct ManualPage: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    var testDescription: String { name }
    var path: String { "\(Build.root)/man/\(name)" }

    static let all: [ManualPage] = {
        let folder = "\(Build.root)/man"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)).map {
                ManualPage(name: name, text: $0)
            }
        }
    }()

    static func named(_ name: String) -> ManualPage? { all.first { $0.name == name } }

    private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    var sections: [String] {
        lines.filter { $0.hasPrefix(".Sh ") }.map { String($0.dropFirst(4)) }
    }

    /// The lines that begin a section or a part of one, in their order.
    var headings: [String] {
        lines.filter { $0.hasPrefix(".Sh ") || $0.hasPrefix(".Ss ") }.map(String.init)
    }

    /// The variables that the page names anywhere.
    var variables: Set<String> {
        let named = lines.filter { $0.hasPrefix(".Ev ") || $0.hasPrefix(".It Ev ") }
        return Set(
            named.flatMap {
                $0.matches(of: #/[A-Za-z_][A-Za-z0-9_]{2,}/#).map { String($0.output) }
            })
    }

    /// The options that have an item of their own.
    var options: Set<String> {
        var options: Set<String> = []
        for line in lines where line.hasPrefix(".It Fl") {
            for match in line.matches(of: #/Fl (-?[a-z][a-z-]*)/#) {
                options.insert("-\(match.output.1)")
            }
        }
        return options
    }

    /// The values that an option's item lists, such as those of `--format`.
    func words(of option: String) -> [String] {
        let item = lines.drop { !$0.hasPrefix(".It Fl \(option.dropFirst(1)) ") }.dropFirst()
            .prefix { !$0.hasPrefix(".It ") && $0 != ".El" }
        return item.filter { $0.hasPrefix(".Cm ") }.map { line in
            String(line.dropFirst(4).prefix { $0 != " " })
        }
    }

    /// The names that begin an item, in the section of that name.
    func items(in section: String) -> [String] {
        var isInside = false
        var items: [String] = []
        for line in lines {
            if line.hasPrefix(".Sh ") || line.hasPrefix(".Ss ") {
                isInside = line.dropFirst(4) == section
            }
            if isInside, line.hasPrefix(".It ") {
                let words = line.dropFirst(4).split { $0 == " " || $0 == "," }.map(String.init)
                items += words.filter { !["Li", "Ev", "Pa", "Cm"].contains($0) }
            }
        }
        return items
    }

    /// The items of the section of that name, each with its text as it reads.
    func entries(in section: String) -> [String: String] {
        let parts = text.split(separator: "\n.Ss \(section)\n")
        let body = parts.dropFirst().first?.split(separator: "\n.El\n").first ?? ""
        var entries: [String: String] = [:]
        for item in body.split(separator: ".It Li ").dropFirst() {
            let lines = item.split(separator: "\n")
            let words = lines.dropFirst().map { $0.hasPrefix(".Li ") ? $0.dropFirst(4) : $0 }
            let text = words.joined(separator: " ").replacing(#/ ([.,;])( |$)/#) {
                "\($0.output.1)\($0.output.2)"
            }
            for name in lines[0].split(separator: " , ") { entries[String(name)] = text }
        }
        return entries
    }

    /// The page's part under that heading.
    func part(_ heading: String) -> ManualPage? {
        text.split(separator: "\n.Ss \(heading)\n").dropFirst().first.map { rest in
            let end = rest.firstRange(of: #/\n\.S[hs] /#)?.lowerBound ?? rest.endIndex
            return ManualPage(name: "\(name): \(heading)", text: String(rest[..<end]))
        }
    }

    /// The displays that contain no command, such as a program.
    var listings: [String] {
        displays.filter { !$0.hasPrefix("$ ") }
    }

    /// The commands of the examples, as they are to be typed.
    var commands: [String] {
        displays.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("$ ") }
            .map { String($0.dropFirst(2)) }
    }

    var displays: [String] {
        text.split(separator: ".Bd -literal -offset indent\n").dropFirst().map { part in
            part.split(separator: "\n").prefix { $0 != ".Ed" }.joined(separator: "\n")
                .replacing("\\e", with: "\\")
        }
    }
}
