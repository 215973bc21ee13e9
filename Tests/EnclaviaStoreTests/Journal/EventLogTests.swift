import EnclaviaCore
import EnclaviaStore
import Foundation
import Testing

struct EventLogTests {
    let store: TemporaryStore
    private var path: String { store.paths.eventLog.string }

    init() throws {
        store = try TemporaryStore()
    }

    @Test func `half a line that a full disk left does not take the next with it`() async throws {
        await SamplePush().record(in: store.journal(), store.clock)
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        try (whole + #"{"half":"#).write(toFile: path, atomically: false, encoding: .utf8)
        await SamplePush(tag: "v2").record(in: store.journal(), store.clock)
        let lines = try store.lines(path)
        #expect(lines.count == 15)
        #expect(lines[7] == #"{"half":"#)
        for line in lines[..<7] + lines[8...] {
            #expect(throws: Never.self) { try JSONText.decode(CloudEvent.self, from: line) }
        }
    }
}
