import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

/// Checkpoints that are made of a store, and kept beside it.
struct CheckpointTests {
    let store: TemporaryStore
    let journal: StoreJournal

    init() async throws {
        store = try TemporaryStore()
        journal = store.journal()
        await SamplePush().record(in: journal, store.clock)
    }

    private var path: String { store.paths.checkpoints.string }

    private func make() throws -> (checkpoint: Checkpoint, warnings: [StoreWarning]) {
        let checkpoint = try journal.next(at: store.clock.now())
        return (checkpoint, try journal.keep(checkpoint))
    }

    private func append(_ bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test func `a checkpoint is of the newest event, and follows the one before`() async throws {
        let first = try make().checkpoint
        let events = try store.history().summary().events
        #expect(first.sequence == Int64(events))
        #expect(first.head == (try store.history().summary().head))
        #expect(first.previous == nil)
        await SamplePush(tag: "v2").record(in: journal, store.clock)
        let second = try make().checkpoint
        #expect(second.sequence > first.sequence)
        #expect(second.previous == first.hash)
        #expect(try make().checkpoint.previous == second.hash)
        #expect(try store.history().summary().events == events * 2, "it appends no event")
        #expect(
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                == 0o600)
        #expect(try store.lines(path).count == 3)
    }

    @Test func `a checkpoint that was not kept is not followed`() throws {
        let unkept = try journal.next(at: store.clock.now())
        #expect(!FileManager.default.fileExists(atPath: path))
        let kept = try make().checkpoint
        #expect(kept.previous == nil)
        #expect(throws: CheckpointError.overtaken) { try journal.keep(unkept) }
        #expect(try make().checkpoint.previous == kept.hash)
    }

    @Test(arguments: [Array("{\"sha256\":\"12".utf8), [0, 0, 0, 0], [0, 0, 0x7D, 0x0A]])
    func `an incomplete last line is removed, with a warning`(_ tail: [UInt8]) throws {
        let first = try make().checkpoint
        try append(tail)
        let second = try make()
        #expect(second.checkpoint.previous == first.hash)
        #expect(second.warnings == [.tornCheckpoint(path: path)])
        let third = try make()
        #expect(third.checkpoint.previous == second.checkpoint.hash)
        #expect(third.warnings.isEmpty)
        #expect(try store.lines(path).count == 3)
    }

    @Test func `a changed line is not passed over`() throws {
        _ = try make()
        let sound = try String(contentsOfFile: path, encoding: .utf8)
        _ = try make()
        for damaged in [
            sound.replacing("sequence: ", with: "sequence: 1"), "\n\(sound)", "{}\n",
            sound.replacing("head: ", with: "head:"),
        ] {
            try damaged.write(toFile: path, atomically: false, encoding: .utf8)
            #expect(throws: CheckpointError.damaged(file: "\(path):1")) { try make() }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == damaged)
        }
    }

    @Test func `no checkpoint is made of a history that is not the one of the last`() throws {
        let last = try make().checkpoint
        let sequence = last.sequence
        try store.edit { try $0.execute(sql: "DELETE FROM event WHERE seq = \(sequence)") }
        let expected = CheckpointDifference.shorter(sequence: sequence, newest: sequence - 1)
        #expect(
            throws: CheckpointError.contradicted(
                path: store.paths.database.string, file: "\(path):1", expected)
        ) { try make() }
        #expect(try store.lines(path).count == 1)
    }

    @Test func `there is no checkpoint of a history without events, or of none`() throws {
        let empty = try TemporaryStore()
        let journal = empty.journal()
        let path = empty.paths.database.string
        #expect(throws: CheckpointError.missing(path: path)) {
            try journal.next(at: empty.clock.now())
        }
        #expect(!FileManager.default.fileExists(atPath: empty.paths.stateDirectory.string))
        try empty.opening().open().close()
        #expect(throws: CheckpointError.empty(path: path)) {
            try journal.next(at: empty.clock.now())
        }
    }

    @Test func `a file of checkpoints that is a symbolic link is refused`() throws {
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: "\(store.root)/elsewhere")
        #expect(throws: CheckpointError.self) { try make() }
        #expect(!FileManager.default.fileExists(atPath: "\(store.root)/elsewhere"))
    }
}
