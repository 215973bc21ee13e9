import EnclaviaCore
import EnclaviaStore
import Foundation
import Synchronization
import Testing

/// Files that are not an export, and files that change during the import.
struct ImportSourceTests {
    private let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func importFile(
        _ text: Data, progress: @escaping @Sendable (ImportProgress, String) -> Void = { _, _ in }
    ) async throws -> ImportSummary {
        let path = store.root + "/records"
        try text.write(to: URL(filePath: path))
        let journal = store.journal(log: .off)
        let summary = try await journal.importRecords(from: .file(path: path)) {
            progress($0, path)
        }
        await journal.close()
        return summary
    }

    @Test func `a byte order mark before the first record is skipped`() async throws {
        let text = Data([0xEF, 0xBB, 0xBF]) + Data(try Corpus(count: 5).export.utf8)
        #expect(try await importFile(text).added == 5)
        // In a later line it is an error.
        let second = try Corpus(count: 6, seed: 9).export + "\u{FEFF}{}\n"
        await #expect(
            throws: ImportError.malformed(line: 7, field: nil, detail: "it is not valid JSON")
        ) {
            try await importFile(Data(second.utf8))
        }
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], .gzip), ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
            (Array("PK\u{3}\u{4}".utf8), .zip), (Array("SQLite format 3\0".utf8), .sqlite),
            ([0xFF, 0xFE, 0x7B, 0], .utf16), ([0x7B, 0, 0x22, 0], .utf16),
            (Array("[{\"id\":1}]".utf8), .array), (Array("[\n{\n".utf8), .array),
            (Array("{\n  \"id\": 1\n}\n".utf8), .prettyPrinted),
            (Array("{\"id\": 1,\r\n\"x\": 2}\n".utf8), .prettyPrinted),
        ] as [([UInt8], FileFormat)])
    func `the error for another format names the format`(bytes: [UInt8], format: FileFormat)
        async throws
    {
        await #expect(throws: ImportError.otherFormat(format)) {
            try await importFile(Data(bytes))
        }
    }

    @Test(
        arguments: [
            ("media_type", "7", "must be a string"), ("tag", "7", "must be a string"),
            ("labels", "[]", "must be an object"),
            ("revision", "\"x\"", "must be an integer"),
            ("digest_verified", "1", "must be true or false"),
            ("tag_change", "\"done\"", "not a valid value"),
            ("destination", "null", "must be a string, not null"),
        ])
    func `the error for a field of a wrong type uses the terms of JSON`(
        field: String, value: String, detail: String
    ) async throws {
        let record = try #require(
            Corpus(count: 20).records.first { $0.state.outcome == .succeeded })
        let line = try JSONText.encode(PushJSON(record))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        try #require(object[field] != nil)
        let pattern = try Regex("\"\(field)\":(\\{[^}]*\\}|\"[^\"]*\"|[^,}]*)")
        let bad = line.replacing(pattern, with: "\"\(field)\":\(value)", maxReplacements: 1)
        await #expect(throws: ImportError.malformed(line: 1, field: field, detail: detail)) {
            try await importFile(Data(bad.utf8))
        }
    }

    /// Changes the file after the first records were imported.
    private func changing(
        _ count: Int, _ change: @escaping @Sendable (FileHandle) throws -> Void
    ) async throws -> ImportSummary {
        let isChanged = Mutex(false)
        return try await importFile(Data(try Corpus(count: count).export.utf8)) { progress, path in
            guard progress.phase == .taking else { return }
            isChanged.withLock { isChanged in
                guard !isChanged, let file = FileHandle(forUpdatingAtPath: path) else { return }
                isChanged = true
                try? change(file)
            }
        }
    }

    @Test(arguments: [true, false])
    func `a file that is truncated during the import is reported, and the history is intact`(
        _ isAtEndOfLine: Bool
    ) async throws {
        let lines = try Corpus(count: 6_000).export.utf8.split(
            separator: UInt8(ascii: "\n"), maxSplits: 5_000, omittingEmptySubsequences: false)
        let size = lines.dropLast().reduce(0) { $0 + $1.count + 1 } - (isAtEndOfLine ? 0 : 100)
        let summary = try await changing(6_000) { try $0.truncate(atOffset: UInt64(size)) }
        guard case .changed(let line)? = summary.failure else {
            Issue.record("\(String(describing: summary.failure))")
            return
        }
        #expect(line > 1)
        #expect(summary.added > 0 && summary.added < 6_000)
        #expect(try store.history().summary().pushes == summary.added)
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    @Test func `a file that grows during the import is imported as it was`() async throws {
        let summary = try await changing(6_000) { file in
            try file.seekToEnd()
            try file.write(contentsOf: Data("not a record\n".utf8))
        }
        #expect(summary.failure == nil && summary.added == 6_000)
    }

    @Test func `a cancelled import reports what it imported, and another import completes it`()
        async throws
    {
        let text = Data(try Corpus(count: 6_000).export.utf8)
        let path = store.root + "/records"
        try text.write(to: URL(filePath: path))
        let journal = store.journal(log: .off)
        let (taking, began) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            try await journal.importRecords(from: .file(path: path)) { progress in
                guard progress.phase == .taking else { return }
                began.yield()
                // The command is cancelled before the next batch.
                while !isOver.load() { Thread.sleep(forTimeInterval: 0.001) }
            }
        }
        for await _ in taking { break }
        work.cancel()
        isOver.set()
        let summary = try await work.value
        #expect(summary.failure == .cancelled)
        #expect(summary.added > 0 && summary.added < 6_000)
        #expect(try store.history().summary().pushes == summary.added)
        let again = try await journal.importRecords(from: .file(path: path)) { _ in }
        #expect(again.failure == nil)
        #expect(again.added + again.known == 6_000)
        await journal.close()
    }

    private let isOver = Flag()
}

/// A flag that is set once.
final class Flag: Sendable {
    private let value = Mutex(false)

    func set() { value.withLock { $0 = true } }
    func load() -> Bool { value.withLock { $0 } }
}
