import TestSupport
import Testing

/// What each model keeps of a few operations.
struct CrashModelTests {
    private let empty = DiskImage(entries: ["": DiskImage.Entry(isDirectory: true)])

    /// The files that a model keeps, as text; a directory is nil.
    private func kept(
        _ model: CrashModel, _ operations: [DiskOperation], from image: DiskImage? = nil,
        seed: UInt64 = 1
    ) -> [String: String?] {
        var generator = SeededRandom(seed: seed)
        let history = DiskHistory(from: image ?? empty, operations)
        let left = model.image(of: history, after: operations.count, &generator)
        return left.entries.filter { !$0.key.isEmpty }.mapValues {
            $0.isDirectory ? nil : String(decoding: $0.content, as: UTF8.self)
        }
    }

    private func write(_ path: String, _ text: String, at offset: Int? = nil) -> DiskOperation {
        .write(path, offset: offset, Array(text.utf8))
    }

    @Test func `a file without an fsync survives the death of the process but no power loss`() {
        let operations = [.makeFile("a", mode: 0o600), write("a", "text")]
        #expect(kept(.processDeath, operations) == ["a": "text"])
        #expect(kept(.syncedOnly, operations).isEmpty)
        #expect(kept(.journalOnly, operations).isEmpty)
    }

    @Test func `an fsync keeps a file's content, and in ext4 every earlier name too`() {
        let operations: [DiskOperation] = [
            .makeDirectory("d", mode: 0o700), .makeFile("d/a", mode: 0o600),
            .makeFile("d/b", mode: 0o600), write("d/a", "one"), write("d/b", "two"),
            .sync("d/a", began: 5), write("d/a", "more", at: 3), .makeFile("d/c", mode: 0o600),
        ]
        #expect(kept(.syncedOnly, operations).isEmpty)
        #expect(kept(.journalOnly, operations) == ["d": nil, "d/a": "one", "d/b": ""])
        let named = operations + [.sync("", began: 8), .sync("d", began: 8)]
        #expect(kept(.syncedOnly, named) == ["d": nil, "d/a": "one", "d/b": "", "d/c": ""])
    }

    @Test func `the files in a directory whose name is lost are lost`() {
        let operations: [DiskOperation] = [
            .makeDirectory("d", mode: 0o700), .makeFile("d/a", mode: 0o600), write("d/a", "one"),
            .sync("d/a", began: 3), .sync("d", began: 4),
        ]
        #expect(kept(.syncedOnly, operations).isEmpty)
        #expect(kept(.syncedOnly, operations + [.sync("", began: 5)]) == ["d": nil, "d/a": "one"])
    }

    @Test func `an fsync does not cover a write during it`() {
        let operations: [DiskOperation] = [
            .makeFile("a", mode: 0o600), write("a", "one"), write("a", "two"),
            .sync("a", began: 2), .sync("", began: 4),
        ]
        #expect(kept(.syncedOnly, operations) == ["a": "one"])
    }

    @Test func `ext4 writes the content of a file that is renamed over another`() {
        let image = DiskImage(entries: empty.entries.merging(["a": .init(content: [65])]) { $1 })
        let operations: [DiskOperation] = [
            .makeFile("new", mode: 0o600), write("new", "text"), .rename("new", to: "a"),
            .sync("", began: 3),
        ]
        #expect(kept(.journalOnly, operations, from: image) == ["a": "text"])
        #expect(kept(.syncedOnly, operations, from: image) == ["a": ""])
        let without = Array(operations.dropLast())
        #expect(kept(.journalOnly, without, from: image) == ["a": "A"])
    }

    private static let long = String(repeating: "o", count: 1000)
    private static let appended = [
        DiskOperation.makeFile("a", mode: 0o600),
        .write("a", offset: nil, Array(long.utf8)), .sync("a", began: 2), .sync("", began: 3),
        .write("a", offset: nil, Array(repeating: UInt8(ascii: "n"), count: 2000)),
    ]

    @Test(arguments: [CrashModel.journalAndMore, .anyOrder])
    func `data that was not synced is lost, whole, torn by sectors, or zeros`(_ model: CrashModel) {
        var seen: Set<String> = []
        for seed in 1...300 {
            let text = kept(model, Self.appended, seed: UInt64(seed))["a"].flatMap { $0 } ?? ""
            #expect(text.hasPrefix(Self.long))
            let rest = text.dropFirst(1000)
            #expect(rest.allSatisfy { $0 == "n" || $0 == "\0" })
            // Sectors begin at multiples of 512: the first of the appended bytes share one.
            let bytes = Array(text.utf8)
            for start in stride(from: 1024, to: 3000, by: 512) where start < bytes.count {
                #expect(Set(bytes[start..<min(bytes.count, start + 512)]).count == 1)
            }
            let kind =
                rest.isEmpty
                ? "lost"
                : !rest.contains("\0") ? "whole" : !rest.contains("n") ? "zeros" : "torn"
            seen.insert(kind)
        }
        #expect(seen == ["lost", "whole", "zeros", "torn"])
    }

    @Test func `the same seed gives the same disk`() {
        let operations = ["b", "c", "d", "e"].map { DiskOperation.makeFile($0, mode: 0o600) }
        let disks = (0..<40).map { _ in kept(.anyOrder, Self.appended + operations, seed: 7) }
        #expect(Set(disks).count == 1)
        let others = (0..<40).map { kept(.anyOrder, Self.appended, seed: UInt64($0)) }
        #expect(Set(others).count > 3)
    }

    @Test func `each name survives independently if the model has no order`() {
        let operations = ["a", "b"].map { DiskOperation.makeFile($0, mode: 0o600) }
        let names = (0..<100).map {
            kept(.anyOrder, operations, seed: UInt64($0)).keys.sorted().joined()
        }
        #expect(Set(names) == ["", "a", "b", "ab"])
        let ordered = (0..<100).map {
            kept(.journalAndMore, operations, seed: UInt64($0)).keys.sorted().joined()
        }
        #expect(Set(ordered) == ["", "a", "ab"])
    }
}
