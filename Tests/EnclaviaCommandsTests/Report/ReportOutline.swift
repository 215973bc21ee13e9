import EnclaviaCommands
import Foundation
import TestSupport
import Testing

/// What html5lib, which Debian installs for its own Python, makes of a page.
struct ReportOutline: Decodable, Equatable {
    /// Each element with the names of its attributes, in order.
    let elements: [String]
    let links: [String]
    let metas: [String]
    /// The texts of all `<bdi>`.
    let isolated: [String]
    let titles: [String]

    static func all(_ documents: [ReportDocument]) async throws -> [ReportOutline] {
        let pages = try documents.map { try ReportPage($0).html() }
        let input = String(decoding: try JSONEncoder().encode(pages), as: UTF8.self)
        let run = try await Run.program(
            "/usr/bin/python3",
            ["\(Build.root)/Tests/EnclaviaCommandsTests/Report/Drivers/parse.py"],
            input: input)
        try #require(run.status == 0, "\(run.err)")
        return try JSONDecoder().decode([ReportOutline].self, from: Data(run.out.utf8))
    }
}
