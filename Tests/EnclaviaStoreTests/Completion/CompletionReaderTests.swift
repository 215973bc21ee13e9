import EnclaviaCompletion
import EnclaviaCore
import EnclaviaStore
import Foundation
import GRDB
import Testing

struct CompletionReaderTests {
    let store: TemporaryStore
    let corpus = Corpus(count: 400)

    init() async throws {
        store = try TemporaryStore()
        try await store.importText(corpus.export)
        // Images are offered of this machine's own pushes.
        try store.edit { try $0.execute(sql: "UPDATE push SET origin_imported_at = NULL") }
    }

    private func values(_ question: CompletionQuestion) -> [String] {
        CompletionReader(path: store.paths.database.string, milliseconds: 10_000)
            .allAnswers(question).map(\.value)
    }

    private var newestFirst: [PushRecord] {
        corpus.records.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    }

    private func short(_ id: String) -> String { String(id.suffix(8)) }

    private func plain(_ prefix: String, _ values: (PushRecord) -> [String]) -> [String] {
        var seen: Set<String> = []
        return newestFirst.flatMap(values)
            .filter { $0.hasPrefix(prefix) && seen.insert($0).inserted }
    }

    @Test(arguments: ["", "w", "web-", "zzz"])
    func `repositories come newest first`(prefix: String) {
        let wanted = plain(prefix) { $0.reference.map { [$0.repository] } ?? [] }
        #expect(values(.repositories(owner: nil, prefix: prefix)) == wanted)
        let alices = plain(prefix) { push in
            push.reference.flatMap { $0.owner == "alice" ? [$0.repository] : nil } ?? []
        }
        #expect(values(.repositories(owner: "alice", prefix: prefix)) == alices)
    }

    @Test(arguments: ["", "v", "sha-"])
    func `the tags of a repository, and all tags, are sorted with the newest first`(prefix: String)
    {
        let ofWeb = plain(prefix) { push in
            push.reference.flatMap { $0.repository == "web" ? [$0.tag] : nil } ?? []
        }
        #expect(values(.tagsOf(owner: nil, repository: "web", prefix: prefix)) == ofWeb)
        let all = plain(prefix) { $0.reference.map { [$0.tag] } ?? [] }
        #expect(values(.tags(prefix: prefix)) == all)
    }

    @Test
    func `digests, pushes, labels and local images are found by their prefix`() {
        let digest = corpus.records.lazy.compactMap { $0.state.manifest?.digest.hex }.first ?? ""
        for length in [1, 3, 10] {
            let prefix = String(digest.prefix(length))
            let wanted = plain("sha256:" + prefix) { push in
                push.state.manifest.map { [$0.digest.description] } ?? []
            }
            #expect(values(.digests(prefix: DigestPrefix(prefix))) == wanted)
        }
        #expect(values(.pushes(prefix: "")) == newestFirst.prefix(200).map(\.id.text))
        let id = corpus.records[0].id.text
        #expect(values(.pushes(prefix: String(id.prefix(30)))) == [id])
        #expect(Set(values(.labels(key: nil, prefix: "t"))) == ["team", "tier"])
        #expect(Set(values(.labels(key: "team", prefix: ""))) == ["red", "blue", "gr\"ün"])
        #expect(values(.labels(key: "team", prefix: "gr")) == ["gr\"ün"])
        #expect(values(.shortIDs(prefix: "")) == newestFirst.prefix(200).map { short($0.id.text) })
        #expect(values(.shortIDs(prefix: String(short(id).prefix(6)))) == [short(id)])
        #expect(values(.localImages(prefix: "wo")) == ["worker:dev"])
        #expect(Set(values(.owners(prefix: ""))) == Set(Corpus.owners))
    }

    @Test func `an answer that exceeds its time limit offers nothing`() {
        let question = CompletionQuestion.pushes(prefix: "")
        let path = store.paths.database.string
        #expect(CompletionReader(path: path, milliseconds: 0).allAnswers(question).isEmpty)
        #expect(!CompletionReader(path: path, milliseconds: 60_000).allAnswers(question).isEmpty)
    }

    /// Inserts `count` rows into a summary table; in `values`, `n` is the row's number from 1.
    private func fill(_ table: String, _ values: String, count: Int = 5000) throws {
        try store.edit { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
                    INSERT INTO \(table) SELECT \(values) FROM number
                    """)
        }
    }

    @Test
    func `a label with many values hides neither other labels nor its newest values`() throws {
        try fill("label (key, value, pushes, started_at, push_id)", "'build', n, 1, 2000 + n, n")
        #expect(Set(values(.labels(key: nil, prefix: ""))) == ["build", "team", "tier"])
        #expect(values(.labels(key: nil, prefix: "te")) == ["team"])
        #expect(values(.labels(key: "build", prefix: "")).prefix(2) == ["5000", "4999"])
        #expect(values(.labels(key: "build", prefix: "4")).first == "4999")
        #expect(values(.labels(key: "build", prefix: "123")).first == "1239")
    }

    @Test(arguments: ["2020", "2030"])
    func `many older or newer tags do not hide a tag that has the prefix`(year: String) throws {
        let columns = """
            reference (registry, owner, repository, tag, pushes, started_at, push_id, outcome)
            """
        let rest = "1, '\(year)-01-01', n, 'failed'"
        try fill(columns, "'r', 'alice', 'web', 'build-' || n, \(rest)")
        let all = plain("sha") { $0.reference.map { [$0.tag] } ?? [] }
        #expect(values(.tags(prefix: "sha")) == all)
        try fill(columns, "'r', 'alice', 'web', 'sh' || n, \(rest)")
        try fill(columns, "'r', 'alice', 'web', 'sha-0' || n, \(rest)")
        let newest = all.isEmpty ? "" : all[0]
        #expect(values(.tags(prefix: "sha")).first == (year < "2026" ? newest : "sha-0999"))
        let ofWeb = values(.tagsOf(owner: nil, repository: "web", prefix: "sha"))
        #expect(ofWeb.first == (year < "2026" ? newest : "sha-0999"))
    }

    @Test
    func `a digest that was pushed many times does not hide other digests`() async throws {
        let pushed = newestFirst.filter { $0.state.manifest != nil }
        let digests = Set(pushed.compactMap { $0.state.manifest?.digest.hex })
        let last = try #require(pushed.first)
        let again = (1...450).map { number in
            let started = last.startedAt.adding(milliseconds: Int64(number))
            return PushRecord(
                id: PushID(at: started, random: (7, UInt64(number))), revision: 1,
                destination: last.destination, backend: last.backend, reference: last.reference,
                localImage: last.localImage, image: last.image, startedAt: started,
                state: last.state, cliVersion: last.cliVersion)
        }
        try await store.importText(
            again.map { try JSONText.encode(PushJSON($0)) + "\n" }.joined())
        let prefixes = Set(digests.flatMap { [$0.prefix(1), $0.prefix(4)] })
        for prefix in prefixes {
            let wanted = digests.filter { $0.hasPrefix(prefix) }.map { "sha256:" + $0 }
            #expect(Set(values(.digests(prefix: DigestPrefix(prefix)))) == Set(wanted))
        }
    }

    @Test
    func `enclaves are offered with their newest name`() async throws {
        let journal = store.journal()
        let enclave = { (id: String, name: String) in
            Enclave(
                id: id, name: name, dockerImage: nil, status: "running", instanceType: nil,
                createdAt: nil, isArchived: false)
        }
        try await journal.remember([enclave("e-1", "one"), enclave("e-2", "two")], at: "https://b")
        try await journal.remember([enclave("e-1", "uno")], at: "https://b")
        let reader = CompletionReader(path: store.paths.database.string)
        let answers = reader.allAnswers(.enclaves(prefix: ""))
        #expect(answers.map(\.value) == ["e-1", "e-2"])
        #expect(answers.map(\.detail) == ["uno", "two"])
    }

    @Test(arguments: ["missing", "empty", "garbage", "locked", "directory"])
    func `an unusable store gives no answers, within half a second`(fault: String) throws {
        let path = store.root + "/" + fault
        var holder: DatabaseQueue?
        switch fault {
        case "empty": try Data().write(to: URL(filePath: path))
        case "garbage": try Data(repeating: 9, count: 9000).write(to: URL(filePath: path))
        case "directory":
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        case "locked":
            holder = try TemporaryStore.holder(path)
            try holder?.inDatabase { db in
                try db.execute(sql: "CREATE TABLE repository (owner); BEGIN EXCLUSIVE")
            }
        default: break
        }
        let start = ContinuousClock.now
        let answers = CompletionReader(path: path).allAnswers(.repositories(owner: nil, prefix: ""))
        #expect(answers.isEmpty)
        #expect(ContinuousClock.now - start < .milliseconds(500))
        try holder?.close()
    }
}

extension CompletionReader {
    /// The answers of a reader that tries each schema.
    func allAnswers(_ question: CompletionQuestion) -> [CompletionAnswer] {
        (try? answers(question))?.values ?? []
    }
}
