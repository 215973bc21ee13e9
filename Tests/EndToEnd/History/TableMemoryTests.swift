import Foundation
import TestSupport
import Testing

/// How much memory a table of very many pushes takes.
struct TableMemoryTests {
    private static let peak = """
        import resource, subprocess, sys
        with open(sys.argv[1], 'w') as out:
            status = subprocess.run(sys.argv[2:], stdout=out).returncode
        print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        """

    /// The peak memory in KiB, and the lines, of a table of `count` pushes.
    private func table(
        _ count: Int, in folder: Folder, _ command: [String] = ["history"],
        records: (program: String, output: String) = ("make-history.py", ">lines")
    ) async throws -> (Int, [Substring]) {
        let environment = environment(count, in: folder)
        let made = try await Run.shell(
            """
            python3 '\(Build.root)/Tests/Benchmarks/\(records.program)' \(count) \(records.output) &&
                '\(Build.product("enclavia"))' history import lines
            """, environment: environment, directory: folder.path)
        try #require(made.status == 0, "\(made.err)")
        return try await measure(command, environment, in: folder)
    }

    private func environment(_ count: Int, in folder: Folder) -> [String: String] {
        [
            "ENCLAVIA_STATE_DIR": "\(folder.path)/\(count)", "HOME": folder.path,
            "COLUMNS": "120",
        ]
    }

    /// The peak memory in KiB, and the lines, of a command that reads a store.
    private func measure(
        _ command: [String], _ environment: [String: String], in folder: Folder
    ) async throws -> (Int, [Substring]) {
        let run = try await Run.program(
            "python3",
            ["-c", Self.peak, "\(folder.path)/table", Build.product("enclavia")] + command,
            environment: environment)
        let words = run.out.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(words.count == 2 && words[0] == 0, "\(run.out) \(run.err)")
        let text = try String(contentsOfFile: "\(folder.path)/table", encoding: .utf8)
        return (words[1], text.split(separator: "\n"))
    }

    @Test func `the memory of statistics does not grow with the days that they show`() async throws
    {
        let folder = try Folder()
        let (command, records) = (["history", "stats"], ("corpus.py", "lines"))
        let (few, _) = try await table(500, in: folder, command, records: records)
        let (many, lines) = try await table(20_000, in: folder, command, records: records)
        #expect(many - few < 3 * 1_024, "\(few) KiB and \(many) KiB")
        #expect(lines.count > 15_000)
    }

    @Test func `a report of 100,000 pushes, with what verify finds, takes at most 64 MiB`()
        async throws
    {
        let folder = try Folder()
        let report = ["history", "report", "--format"]
        let (page, html) = try await table(100_000, in: folder, report + ["html"])
        #expect(page <= 64 * 1_024, "\(page) KiB")
        #expect(html.contains { $0.contains("</html>") })
        let environment = environment(100_000, in: folder)
        let (text, markdown) = try await measure(report + ["markdown"], environment, in: folder)
        #expect(text <= 64 * 1_024, "\(text) KiB")
        #expect(markdown.contains { $0.hasPrefix("# ") })
    }

    @Test func `the memory of a table does not grow with the pushes, and its columns are aligned`()
        async throws
    {
        let folder = try Folder()
        let (few, _) = try await table(500, in: folder)
        let (many, lines) = try await table(10_000, in: folder)
        #expect(many - few < 4 * 1_024, "\(few) KiB and \(many) KiB")
        #expect(lines.count == 10_001)
        let header = try #require(lines.first)
        let digests = try #require(header.range(of: "DIGEST")).lowerBound
        for row in lines.dropFirst() where row.contains(#/ (interrupted|cancelled) /#) {
            // Only the end of that word is in the digest's column, and the next column is where it belongs.
            let rest = row.dropFirst(header.distance(from: header.startIndex, to: digests) - 2)
            let word = rest.prefix { $0 != " " }
            #expect(word.filter(\.isLetter) == word, "\(row)")
        }
        for title in ["REFERENCE", "RESULT", "DIGEST", "BACKEND", "COMMIT", "WHO", "PUSH"] {
            let start = try #require(header.range(of: title)).lowerBound
            let column = header.distance(from: header.startIndex, to: start)
            // The outcome of a push without a digest reaches into the digest's column, and the reason of a
            // failed one into the backend's.
            let rows = lines.dropFirst().filter { row in
                switch title {
                case "DIGEST": !row.contains(#/ (interrupted|cancelled) /#)
                case "BACKEND": !row.contains(" failed ")
                default: true
                }
            }
            #expect(rows.count > 9_000)
            let isAligned = rows.allSatisfy {
                let text = $0.dropFirst(column - 2)
                return text.hasPrefix("  ") && text.dropFirst(2).first != " "
            }
            #expect(isAligned, "\(title)")
        }
    }
}
