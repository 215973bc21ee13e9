import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct ImportTests {
    let store: TemporaryStore

    init() throws {
        store = try TemporaryStore()
    }

    @Test
    func `an export that is imported is exported the same`() async throws {
        let corpus = Corpus(count: 200)
        let summary = try await store.importText(corpus.export)
        #expect((summary.read, summary.added) == (200, 200))
        #expect(try store.exported().reversed().map { $0 + "\n" }.joined() == corpus.export)
        let report = try store.history().verify(head: nil) { _ in }
        #expect(report.difference == nil)
        #expect((report.pushes, report.events) == (200, 200))
    }

    @Test
    func `importing again changes nothing`() async throws {
        let export = try Corpus(count: 50).export
        try await store.importText(export)
        let head = try store.history().summary().head
        let summary = try await store.importText(export)
        #expect((summary.added, summary.replaced, summary.known) == (0, 0, 50))
        #expect(try store.history().summary().head == head)
    }

    /// A push that cannot be recorded (exit 73) prints such a line.
    @Test func `an unfinished push of this machine gets its end from the file`()
        async throws
    {
        let journal = store.journal()
        let entry = await SamplePush().begin(in: journal, store.clock)
        var line = await entry.record
        line.state = .succeeded(
            PushedManifest(
                digest: SamplePush.digest(1), isVerified: true, tagChange: .created,
                tagChangeSource: .registry, pushedAt: store.clock.now()))
        line.notify = NotifyRecord(outcome: .delivered, attempts: 1)
        line.finishedAt = store.clock.now()
        let text = try JSONText.encode(PushJSON(line)) + "\n"
        #expect(try await store.importText(text).own == 1, "it still runs")
        await entry.close()
        await journal.close()
        let later = await store.push(2)
        var other = line
        other.destination = "other:v1"
        let foreign = try await store.importText(try JSONText.encode(PushJSON(other)) + "\n")
        #expect(foreign.own == 1, "another push under the same id")

        #expect(try await store.importText(text).replaced == 1)
        let stored = try #require(try store.history().record(line.id))
        #expect(stored.state == line.state && stored.notify == line.notify)
        #expect(stored.origin == nil)
        #expect(try await store.importText(text).own == 1, "it has ended now")
        // It was pushed before the other push, although it is recorded after it.
        #expect(try store.digest() == later.state.manifest?.digest)
        #expect(try store.history().verify(head: nil) { _ in }.isIntact == true)
    }

    @Test(arguments: 0..<6)
    func `the order of imports does not matter`(round: Int) async throws {
        var generator = SeededRandom(seed: UInt64(round))
        let base = Corpus(count: 40, seed: 3).records
        let versions = (0..<3).map { _ in
            base.filter { _ in generator.roll(3) > 0 }.map { record in
                var record = record
                record.revision += generator.roll(3)
                record.labels["machine"] = "m\(generator.roll(3))"
                return record
            }
        }
        let texts = try versions.map { records in
            try records.map { try JSONText.encode(PushJSON($0)) + "\n" }.joined()
        }
        var histories: Set<[String]> = []
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1, 2]] {
            let store = try TemporaryStore()
            for index in order { try await store.importText(texts[index]) }
            histories.insert(try store.exported())
            #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
        }
        #expect(histories.count == 1)
    }

    @Test
    func `a push of this machine is never changed`() async throws {
        let own = await SamplePush().record(in: store.journal(), store.clock).record
        var foreign = own
        foreign.revision += 10
        foreign.labels = ["forged": "yes"]
        let summary = try await store.importText(try JSONText.encode(PushJSON(foreign)))
        #expect(summary.own == 1)
        #expect(try store.history().record(own.id) == own)
    }

    @Test
    func `an imported push has its origin, and an export does not`() async throws {
        let record = Corpus(count: 1, host: "ho}st").records[0]
        try await store.importText(try JSONText.encode(PushJSON(record)))
        let stored = try #require(try store.history().record(record.id))
        #expect(stored.origin?.host == "ho}st")
        #expect(try store.exported() == [try JSONText.encode(PushJSON(record))])
    }

    @Test(
        arguments: [
            ("{", nil), ("[]", nil), ("7", nil), (#"{"schema_version":1}"#, "id"), ("\u{0}", nil),
            (#"{"schema_version":0}"#, "schema_version"),
        ] as [(String, String?)])
    func `an import with a bad line names the line and the field, and imports nothing`(
        line: String, field: String?
    ) async throws {
        let good = try Corpus(count: 3).export
        do {
            try await store.importText(good + line + "\n" + good)
            Issue.record("nothing was thrown")
        } catch let error as ImportError {
            guard case .malformed(let number, let named, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(number == 4)
            #expect(named == field)
        }
        #expect(try store.history().summary().pushes == 0)
    }

    @Test(arguments: [
        ("destination", "UPPER"), ("backend", "ftp://x"), ("digest", "sha256:12"),
        ("started_at", "yesterday"), ("id", "1234"), ("outcome", "unknown"),
    ])
    func `each field is checked against its grammar`(field: String, value: String) async throws {
        let record = try #require(
            Corpus(count: 20).records.first { $0.state.outcome == .succeeded })
        let data = Data(try JSONText.encode(PushJSON(record)).utf8)
        var object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        object[field] = value
        let line = String(
            decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        do {
            try await store.importText(line)
            Issue.record("nothing was thrown")
        } catch let error as ImportError {
            guard case .malformed(1, field, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test
    func `a pipe is imported too`() async throws {
        let export = try Corpus(count: 100).export
        let pipe = Pipe()
        defer { withExtendedLifetime(pipe) {} }
        Thread.detachNewThread {
            try? pipe.fileHandleForWriting.write(contentsOf: Data(export.utf8))
            try? pipe.fileHandleForWriting.close()
        }
        let summary = try await store.journal().importRecords(
            from: .descriptor(pipe.fileHandleForReading.fileDescriptor)
        ) { _ in }
        #expect(summary.added == 100)
    }

    @Test
    func `a pipe can be imported if the state directory is a link`() async throws {
        let elsewhere = store.root + "/elsewhere"
        try FileManager.default.createDirectory(
            atPath: elsewhere, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: store.paths.stateDirectory.string, withDestinationPath: elsewhere)
        let pipe = Pipe()
        defer { withExtendedLifetime(pipe) {} }
        try pipe.fileHandleForWriting.write(contentsOf: Data(Corpus(count: 3).export.utf8))
        try pipe.fileHandleForWriting.close()
        let summary = try await store.journal().importRecords(
            from: .descriptor(pipe.fileHandleForReading.fileDescriptor)
        ) { _ in }
        #expect(summary.added == 3)
    }

    @Test
    func `pushes go on during an import`() async throws {
        let export = try Corpus(count: 20_000).export
        async let imported = store.importText(export)
        var receipts: [PushReceipt] = []
        for number in 0..<5 {
            let push = SamplePush(repository: "own", digest: SamplePush.digest(number))
            receipts.append(await push.record(in: store.journal(busySeconds: 5), store.clock))
        }
        #expect(receipts.allSatisfy { $0.location == .store })
        #expect(try await imported.added == 20_000)
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
    }
}
