import EnclaviaCore
import EnclaviaStore
import Foundation
import TestSupport
import Testing

/// The files that are compared with the history.
struct LogFileTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func compare(_ data: Data, named name: String = "log") throws -> LogComparison {
        let path = "\(store.root)/\(name)"
        try data.write(to: URL(filePath: path))
        return try store.history().compare([
            EventLogSource(file: name, source: .file(path: path))
        ]) { _ in }
    }

    @Test func `a line that is longer than any event is skipped`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let lines = try store.lines(store.paths.eventLog.string)
        let long = String(repeating: "x", count: 18 << 20)
        let text = ([lines[0], long] + lines[1...]).map { $0 + "\n" }.joined()
        let found = try compare(Data(text.utf8))
        #expect(found.matched == 7 && found.foreign == 1)
        #expect(found.files[0].lines == 8)
    }

    @Test(arguments: [
        (FileFormat.gzip, [UInt8]([0x1F, 0x8B, 8, 0])), (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0]),
        (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
    ])
    func `a compressed log is refused`(format: FileFormat, bytes: [UInt8]) throws {
        #expect(throws: LogComparisonError.otherFormat(format, file: "log")) {
            try compare(Data(bytes))
        }
    }

    @Test func `a compressed log of one long line is refused`() throws {
        let bytes = [0x1F, 0x8B] + Array(repeating: UInt8(7), count: 18 << 20)
        #expect(throws: LogComparisonError.otherFormat(.gzip, file: "log")) {
            try compare(Data(bytes))
        }
    }

    @Test func `a log that is not there, or a directory, is an error`() throws {
        let history = store.history()
        #expect(throws: LogComparisonError.missing(file: "x")) {
            try history.compare([EventLogSource(file: "x", source: .file(path: "/nonexistent/x"))])
            {
                _ in
            }
        }
        #expect(throws: LogComparisonError.self) {
            try history.compare([EventLogSource(file: "/", source: .file(path: "/"))]) { _ in }
        }
    }

    @Test func `a missing history contradicts every log`() throws {
        #expect(try compare(Data("{}\n".utf8)).differences.listed == [LogDifference(.nothing)])
    }
}
