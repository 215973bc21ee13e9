import EnclaviaCore
import TestSupport

/// The random numbers of all tests.
typealias SeededRandom = TestSupport.SeededRandom

/// Records as of a team; the same seed gives the same records.
struct Corpus {
    let records: [PushRecord]

    init(count: Int, seed: UInt64 = 7, host: String? = nil) {
        var generator = SeededRandom(seed: seed)
        records = (0..<count).map { _ in Self.record(&generator, host: host) }
    }

    /// The text of an export, oldest first.
    var export: String {
        get throws {
            try records.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
                .map { try JSONText.encode(PushJSON($0)) + "\n" }.joined()
        }
    }

    static let repositories = ["api", "web", "worker", "web-admin", "db.proxy"]
    static let tags = ["latest", "v1", "v2", "prod", "sha-1"]
    static let owners = ["alice", "bob"]
    static let users = ["alice", "carol", "ci"]
    static let hosts = ["laptop", "runner-1", "runner-2"]

    private static func record(_ generator: inout SeededRandom, host: String?) -> PushRecord {
        let started = Timestamp(
            milliseconds: 1_780_000_000_000 + Int64(generator.roll(40)) * 3_600_000
                + Int64(generator.roll(3)))
        let hasReference = generator.roll(10) > 0
        let reference = ImageReference(
            registry: "registry.example", owner: generator.pick(owners),
            repository: generator.pick(repositories), tag: generator.pick(tags))
        let state = hasReference ? state(&generator, started) : .cancelled
        var record = PushRecord(
            id: PushID(at: started, random: (generator.next(), generator.next())),
            revision: 1 + generator.roll(6),
            destination: "\(reference.repository):\(reference.tag)",
            backend: "https://api.example", reference: hasReference ? reference : nil,
            localImage: "\(reference.repository):dev",
            image: LocalImage(
                id: digest(generator.roll(50)).description,
                revision: generator.roll(2) == 0 ? commit(generator.roll(20)) : nil, source: nil),
            startedAt: started, cliVersion: "1.0.0")
        record.state = state
        record.finishedAt = state.outcome == .interrupted ? nil : started.adding(milliseconds: 900)
        if case .succeeded = state {
            record.notify = NotifyRecord(
                outcome: generator.pick(NotifyOutcome.allCases), attempts: 1)
        }
        if generator.roll(3) > 0 {
            record.labels["team"] = generator.pick(["red", "blue", "gr\"ün"])
        }
        if generator.roll(4) == 0 { record.labels["tier"] = generator.pick(["1", "2"]) }
        record.context = PushContext(
            host: host ?? generator.pick(hosts), user: generator.pick(users),
            gitCommit: generator.roll(2) == 0 ? commit(generator.roll(20)) : nil,
            ciActor: generator.roll(3) == 0 ? generator.pick(users) : nil)
        return record
    }

    private static func state(_ generator: inout SeededRandom, _ started: Timestamp) -> PushState {
        switch generator.roll(8) {
        case 0:
            return .failed(
                PushFailure(stage: .push, kind: "refused", message: "no\nluck"), contradicted: nil)
        case 1: return .cancelled
        case 2: return .interrupted
        default:
            return .succeeded(
                PushedManifest(
                    digest: digest(generator.roll(60)), mediaType: nil,
                    isVerified: generator.roll(5) > 0,
                    tagChange: generator.pick(TagChange.allCases), previousDigest: nil,
                    sizeBytes: Int64(generator.roll(1000)),
                    pushedAt: started.adding(milliseconds: 500)))
        }
    }

    static func digest(_ number: Int) -> Digest { Digest(of: Array("\(number)".utf8)) }
    static func commit(_ number: Int) -> String { String(digest(number).hex.prefix(40)) }
}
