import EnclaviaCore
import EnclaviaStore
import GRDB
import Testing

/// Texts that are equal in Swift and different in SQLite: spellings that differ only in normalization. Case
/// and width differ in both.
struct SpellingTests {
    /// Composed, decomposed, in another case, in full width, with a letter that has two code points.
    private static let spellings = [
        "Z\u{FC}rich", "Zu\u{308}rich", "z\u{FC}rich", "\u{FF3A}\u{FF55}rich", "\u{212B}", "\u{C5}",
        "A\u{30A}", "\u{1112}\u{1161}\u{11AB}", "\u{D55C}",
    ]

    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    private func expectIntact() throws {
        let report = try store.history().verify(head: nil) { _ in }
        #expect(report.isIntact == true, "\(String(describing: report.difference))")
    }

    private func count(_ sql: String, _ value: String) throws -> Int? {
        try store.query { try Int.fetchOne($0, sql: sql, arguments: [value]) }
    }

    @Test func `imported records with different spellings stay separate`() async throws {
        var generator = SeededRandom(seed: 5)
        let records = Corpus(count: 200, seed: 11).records.map { record in
            var record = record
            record.labels = [
                "city": generator.pick(Self.spellings), "team": generator.pick(Self.spellings),
            ]
            record.localImage = generator.pick(Self.spellings)
            record.message = generator.pick(Self.spellings)
            record.context.user = generator.pick(Self.spellings)
            record.context.host = generator.pick(Self.spellings)
            record.context.gitBranch = generator.pick(Self.spellings)
            return record
        }
        let text = try records.map { try JSONText.encode(PushJSON($0)) + "\n" }.joined()
        try await store.importText(text)
        try expectIntact()
        for spelling in Self.spellings {
            func same(_ value: String?) -> Bool {
                value?.utf8.elementsEqual(spelling.utf8) ?? false
            }
            let labelled = records.count { same($0.labels["city"]) }
            let sql = "SELECT coalesce(max(pushes), 0) FROM label WHERE key = 'city' AND value = ?"
            #expect(try count(sql, spelling) == labelled)
            let images = records.count { same($0.localImage) }
            #expect(
                try count(
                    "SELECT coalesce(max(pushes), 0) FROM local_image WHERE name = ?", spelling)
                    == images)
            var query = HistoryQuery()
            query.users = [spelling]
            var found = 0
            try store.history().forEach(query) { _ in found += 1 }
            #expect(found == records.count { same($0.context.user) || same($0.context.ciActor) })
        }
    }

    /// Of equal revisions the greater text wins, even if Swift considers the two equal.
    @Test(arguments: [false, true])
    func `of two spellings the one with the greater bytes wins, in either order`(_ isReversed: Bool)
        async throws
    {
        var first = Corpus(count: 1, seed: 3).records[0]
        first.labels = ["city": Self.spellings[0]]
        var second = first
        second.labels = ["city": Self.spellings[1]]
        #expect(first == second, "Swift considers them equal")
        for record in isReversed ? [second, first] : [first, second] {
            try await store.importText(try JSONText.encode(PushJSON(record)) + "\n")
        }
        try expectIntact()
        let value = try store.query {
            try String.fetchOne($0, sql: "SELECT labels ->> '$.city' FROM push")
        }
        // U+00FC begins with C3, and "u" is 75.
        #expect(value.map { Array($0.utf8) } == Array(Self.spellings[0].utf8))
    }

    @Test func `a push's own texts keep their spelling`() async throws {
        for spelling in Self.spellings {
            await SamplePush(labels: ["city": spelling]).record(in: store.journal(), store.clock)
        }
        try expectIntact()
        for spelling in Self.spellings {
            var query = HistoryQuery()
            query.labels = [LabelFilter(key: "city", value: spelling)]
            var found = 0
            try store.history().forEach(query) { _ in found += 1 }
            #expect(found == 1)
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "a"), (#"{"a":{"b":1,"c":[{"b":1},{"b":2}],"b":2}}"#, "b"),
        (#"{"a":1,"\u0061":2}"#, "a"), (#"{"labels":{"k":"x","k":"x"}}"#, "k"),
        (#"{"a":"\"a\":1","a":"}"}"#, "a"), (#"{"":1,"":2}"#, ""),
    ])
    func `a repeated key is found`(_ text: String, _ key: String) {
        #expect(RepeatedKey.first(in: Array(text.utf8)) == key)
    }

    @Test(arguments: [
        #"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, #"{"a":"b","b":"a","c":["a","a"]}"#, "[]", "{}",
        #"{"a":"\\","b":"a"}"#, "\"a\"", #"{"Z\u00fcrich":1,"Zu\u0308rich":2}"#,
    ])
    func `a key of another object, or a value, is not a repeated key`(_ text: String) {
        #expect(RepeatedKey.first(in: Array(text.utf8)) == nil)
    }

    @Test func `an imported object with a repeated key is refused, and so is a newer record`()
        async throws
    {
        let line = try JSONText.encode(PushJSON(Corpus(count: 1).records[0]))
        let twice = line.replacing("{\"backend\"", with: "{\"backend\":\"https://x\",\"backend\"")
        let nested = line.replacing("\"matched\":", with: "\"matched\":null,\"matched\":")
        let newer = line.replacing("\"schema_version\":1", with: "\"schema_version\":2")
        for (text, field) in [
            (twice, "backend"), (nested, "matched"), (newer, "schema_version"),
        ] {
            #expect(text != line)
            await #expect {
                try await store.importText(text + "\n")
            } throws: { error in
                guard case .malformed(1, field, _)? = error as? ImportError else { return false }
                return true
            }
        }
    }
}
