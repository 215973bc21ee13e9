import EnclaviaCore
import EnclaviaStore
import Foundation
import Testing

/// What `doctor` finds in the event log.
struct EventLogAuditTests {
    let store: TemporaryStore
    private var path: String { store.paths.eventLog.string }

    init() throws {
        store = try TemporaryStore()
    }

    private func push() async {
        let journal = store.journal()
        await SamplePush().record(in: journal, store.clock)
        await journal.close()
    }

    private func survey(_ log: EventLog? = nil) -> EventLogSurvey? {
        StoreSurveyor(
            store.history(),
            log ?? EventLog(setting: nil, paths: store.paths, workingDirectory: "/")
        ).survey().eventLog
    }

    private func write(_ lines: some Sequence<String>) throws {
        try lines.map { $0 + "\n" }.joined()
            .write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test func `a whole log has no gap, and neither has a rotated one`() async throws {
        #expect(survey() == nil)
        await push()
        await push()
        let lines = try store.lines(path)
        #expect(survey()?.gaps.extent == 1...14 && survey()?.gaps.count == 0)
        try write(lines[9...])
        #expect(survey()?.gaps.extent == 10...14 && survey()?.gaps.count == 0)
        try write(["text"])
        #expect(survey() == nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(survey() == nil)
        #expect(survey(.off) == nil)
    }

    @Test func `a log that lost lines in the middle or at its end has a gap`() async throws {
        await push()
        await push()
        let lines = try store.lines(path)
        try write(lines[..<4] + lines[6..<12])
        #expect(survey()?.gaps.listed == [5...6, 13...14])
        #expect(survey()?.path == path)
    }

    @Test func `events that the next command will append are no gap`() async throws {
        await push()
        await push()
        let lines = try store.lines(path)
        try store.edit {
            try $0.execute(sql: "UPDATE meta SET value = '9' WHERE key = 'logged_through'")
        }
        try write(lines[..<9])
        #expect(survey()?.gaps.count == 0)
    }

    @Test func `only the newest part of a large log is read`() async throws {
        await push()
        await push()
        let lines = try store.lines(path)
        let filler = Array(repeating: String(repeating: "x", count: 1023), count: 9 << 10)
        try write(lines[..<3] + filler + lines[7...])
        #expect(survey()?.gaps.extent == 8...14)
    }
}
