import Foundation
import TestSupport
import Testing

/// Many commands at once.
@Suite(.serialized)
struct RaceTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 64)
        try await sandbox.image("app:v2", seed: 65)
        return sandbox
    }

    @Test(arguments: [true, false])
    func `fifty pushes at once into a directory that does not exist are all recorded and notified`(
        _ sameTag: Bool
    ) async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let state = "\(folder.path)/not/yet/there"
        let environment = ["ENCLAVIA_STATE_DIR": state]
        let repository = sameTag ? "one" : "many"
        try await sandbox.clearLog()
        let run = try await sandbox.shell(
            """
            for n in $(seq 50); do
                tag=\(sameTag ? "v1" : "t$n")
                enclavia push --quiet app:v$((n % 2 + 1)) \(repository):$tag 2>&1 >/dev/null \
                    || echo failed: $? &
            done
            wait
            """, environment: environment)
        let wrong = run.out.split(separator: "\n").filter { !$0.contains(" moved from ") }
        #expect(wrong.allSatisfy { $0.hasPrefix("warning: ") && sameTag }, "\(run.out)")

        let history = try await sandbox.enclavia("history", "--json", environment: environment)
        let records = try #require(try history.json() as? [[String: Any]])
        #expect(records.count == 50)
        let failed = records.filter { $0["outcome"] as? String != "succeeded" }
        #expect(failed.isEmpty, "\(failed)")
        #expect(Set(records.compactMap { $0["local_image_id"] as? String }).count == 2)
        try sandbox.expectOwnImages(records)
        #expect(
            records.allSatisfy {
                ($0["notify"] as? [String: Any])?["outcome"] as? String == "delivered"
            })
        let keys = try await sandbox.notifications().compactMap { $0["idempotency_key"] as? String }
        #expect(Set(keys) == Set(records.compactMap { $0["id"] as? String }))
        #expect(keys.count == 50)
        try await sandbox.expectWholeStore(in: state, environment: environment)
        try await expectWholeLog(of: state)
        if sameTag { try expectMovesInOrder(records) }
    }

    /// Each line of the event log is one event, and none is missing or twice there.
    private func expectWholeLog(of state: String) async throws {
        let text = try String(contentsOfFile: "\(state)/events.jsonl", encoding: .utf8)
        var sequences: [Int] = []
        for line in text.split(separator: "\n") {
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let sequence = event?["sequence"]
            let number = (sequence as? Int) ?? (sequence as? String).flatMap { Int($0) }
            sequences.append(try #require(number, "\(line)"))
        }
        let count = try await Run.program(
            "sqlite3", ["-readonly", "\(state)/history.db", "SELECT count(*) FROM event"])
        let rows = try #require(Int(count.out.dropLast()))
        #expect(sequences.sorted() == Array(1...rows))
    }

    /// Each push of a tag records the digest that the push before it left there.
    private func expectMovesInOrder(_ records: [[String: Any]]) throws {
        let created = records.filter { $0["tag_change"] as? String == "created" }
        #expect(created.count == 1)
        for record in records {
            let change = record["tag_change"] as? String
            let same = record["previous_digest"] as? String == record["digest"] as? String
            #expect((change == "unchanged") == same)
        }
    }

    @Test func `twenty processes with an expired token refresh it once, and none fails`()
        async throws
    {
        let sandbox = try await Self.shared.value
        for _ in 1...2 {
            try await sandbox.clearLog()
            _ = try await sandbox.control("POST", "expire", "{}")
            let run = try await sandbox.shell(
                """
                for n in $(seq 20); do
                    enclavia push --quiet app:v1 refresh:t$n >/dev/null || echo failed: $? &
                done
                wait
                """)
            #expect(run.out == "", "\(run.out)\(run.err)")
            #expect(try await sandbox.log("/oauth/token").count == 1)
        }
        let history = try await sandbox.enclavia("history", "--repository", "refresh", "--json")
        let records = try #require(try history.json() as? [[String: Any]])
        #expect(records.count == 40)
        try sandbox.expectOwnImages(records)
        try await sandbox.expectNoSecrets()
    }

    /// Each kind of writer in a loop of its own, in parallel with pushes and a verifier.
    @Test func `imports, prunes, verifications and pushes at once lose nothing`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let state = "\(folder.path)/state"
        let environment = ["ENCLAVIA_STATE_DIR": state]
        let rounds = Soak.rounds > 0 ? 60 : 12
        let corpus = try await Corpus(records: 300, seed: 64)
        let late = try await Corpus(records: 200, seed: 65)
        let run = try await sandbox.shell(
            """
            enclavia push --quiet app:v1 mixed:first >/dev/null
            (for n in $(seq \(rounds)); do
                enclavia push --quiet app:v$((n % 2 + 1)) mixed:t$n >/dev/null || echo push: $?
            done) & pushes=$!
            (for n in $(seq \(rounds)); do
                enclavia push --quiet app:v1 other:t$n >/dev/null || echo push: $?
            done) &
            (while kill -0 $pushes 2>/dev/null; do
                enclavia history import '\(corpus.file)' >/dev/null || echo import: $?
            done) &
            (while kill -0 $pushes 2>/dev/null; do
                enclavia history prune --before 2025-07-01 --yes >/dev/null || echo prune: $?
            done) &
            while kill -0 $pushes 2>/dev/null; do
                enclavia history verify >/dev/null || echo verify: $?
            done
            wait
            enclavia history import '\(late.file)' >/dev/null || echo import: $?
            enclavia history import '\(corpus.file)' >/dev/null || echo import: $?
            """, environment: environment)
        #expect(run.out == "", "\(run.out)\(run.err)")
        // All pushes from here are there; so is every imported record, even if it was pruned in between.
        let records = try await sandbox.enclavia("history", "--json", environment: environment)
        let all = try #require(try records.json() as? [[String: Any]])
        let own = all.filter { $0["origin"] is NSNull }
        #expect(own.count == 2 * rounds + 1)
        #expect(own.allSatisfy { $0["outcome"] as? String == "succeeded" })
        try sandbox.expectOwnImages(own)
        #expect(all.count == own.count + 300 + 200)
        #expect(Set(all.compactMap { $0["id"] as? String }).count == all.count)
        try await sandbox.expectWholeStore(in: state, environment: environment)
        try await expectWholeLog(of: state)
    }

    @Test func `readers never see a push half recorded while others write`() async throws {
        let sandbox = try await Self.shared.value
        let run = try await sandbox.shell(
            """
            (for n in $(seq 12); do enclavia push --quiet app:v1 busy:t$n >/dev/null; done) & pushes=$!
            while kill -0 $pushes 2>/dev/null; do
                enclavia history --json | python3 -c 'import json, sys
            for r in json.load(sys.stdin):
                assert (r["digest"] is not None) or r["outcome"] != "succeeded", r
                assert r["outcome"] != "interrupted", r' || exit 1
                enclavia __complete push app:v1 bu >/dev/null || exit 2
                enclavia history verify >/dev/null || exit 3
            done
            wait $pushes
            """)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        let history = try await sandbox.enclavia("history", "--repository", "busy", "--json")
        let records = try #require(try history.json() as? [[String: Any]])
        #expect(records.count == 12)
        try sandbox.expectOwnImages(records)
    }

    /// As a file system without flock(2) has it.
    @Test func `concurrent pushes are all recorded without flock`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        try folder.write(
            "#include <errno.h>\nint flock(int file, int how) { errno = ENOLCK; return -1; }\n",
            to: "flock.c")
        let environment = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
        let run = try await sandbox.shell(
            """
            $(command -v cc || command -v clang) -shared -fPIC -o flock.so flock.c || exit 1
            export LD_PRELOAD="$PWD/flock.so"
            for n in $(seq 6); do
                enclavia push --quiet app:v1 locked:t$n 2>&1 >/dev/null || echo failed: $? &
            done
            wait
            """, environment: environment, directory: folder.path)
        #expect(run.status == 0 && run.out == "", "\(run.out)\(run.err)")
        let history = try await sandbox.enclavia("history", "--json", environment: environment)
        let records = try #require(try history.json() as? [[String: Any]])
        #expect(
            records.compactMap { $0["outcome"] as? String }
                == Array(repeating: "succeeded", count: 6))
        try await sandbox.expectWholeStore(in: "\(folder.path)/state", environment: environment)
    }
}
