import Foundation
import TestSupport
import Testing

/// The event stream, as scripts read it.
@Suite(.serialized)
struct EventsTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("told:v1", seed: 801)
        let push = try await sandbox.enclavia("push", "told:v1", "told:v1")
        try #require(push.status == 0, "\(push.err)")
        return sandbox
    }

    private func sandbox() async throws -> Sandbox { try await Self.shared.value }

    @Test func `the lines are the stored events and equal the event log`() async throws {
        let sandbox = try await sandbox()
        let events = try await sandbox.enclavia("events")
        #expect(events.status == 0)
        let stored = try await sandbox.sql("SELECT data FROM event ORDER BY seq")
        #expect(events.out == stored + "\n")
        let log = try String(
            contentsOfFile: "\(sandbox.stateDirectory)/events.jsonl", encoding: .utf8)
        #expect(events.out == log)
        let json = try await sandbox.enclavia("events", "--json")
        #expect(json.out == events.out, "--json changes nothing here")
    }

    @Test func `jq reads the events, and the last one of a push holds its record`() async throws {
        let run = try await sandbox().shell(
            "enclavia events --type push.finished | jq -r '.data.push.outcome'")
        #expect(run.status == 0)
        #expect(run.out == "succeeded\n")
        let types = try await sandbox().shell(
            "enclavia events --type push.started --type io.enclavia.push.pushed | jq -r .type")
        #expect(types.out == "io.enclavia.push.started\nio.enclavia.push.pushed\n")
    }

    @Test func `--since prints the events from a time on`() async throws {
        let sandbox = try await sandbox()
        #expect(try await sandbox.enclavia("events", "--since", "1h").out.isEmpty == false)
        #expect(try await sandbox.enclavia("events", "--since", "2999-01-01").out.isEmpty)
        let time = try await sandbox.sql("SELECT time FROM event ORDER BY seq LIMIT 1 OFFSET 2")
        let later = try await sandbox.enclavia("events", "--since", time)
        let wanted = try await sandbox.sql("SELECT count(*) FROM event WHERE time >= '\(time)'")
        #expect(later.out.split(separator: "\n").count == Int(wanted))
    }

    @Test(arguments: [
        ["--type", "push.begun"], ["--since", "soon"], ["--since", "2026-13-01"],
        ["--until", "1h"],
    ])
    func `an invalid argument is a usage error`(words: [String]) async throws {
        let events = try await sandbox().enclavia(["events", "--json"] + words)
        #expect(events.status == 64)
        #expect(try events.object()["kind"] as? String == "usage")
    }

    @Test func `the error for an unknown type lists the known ones`() async throws {
        let events = try await sandbox().enclavia("events", "--type", "push.begun")
        #expect(events.err.contains("push.finished, push.imported"))
    }

    @Test func `a history that does not exist has no events and is not created`() async throws {
        let folder = try Folder()
        let events = try await sandbox().enclavia(
            "events", environment: ["ENCLAVIA_STATE_DIR": "\(folder.path)/none"])
        #expect(events.status == 0)
        #expect(events.out.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/none"))
    }

    @Test func `--follow prints new events until the reader closes the pipe`() async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        let before = try #require(Int(try await sandbox.sql("SELECT count(*) FROM event")))
        let run = try await sandbox.shell(
            """
            set -o pipefail
            (timeout 60 enclavia events --follow --since 2000-01-01; echo $? >'\(folder.path)/status') \
                | head -n \(before + 2) | tail -n 2 | jq -r .type & pid=$!
            enclavia push told:v1 told:v2 2>/dev/null >/dev/null
            wait $pid
            """)
        #expect(run.status == 0, "\(run.err)")
        #expect(
            run.out == """
                io.enclavia.push.started
                io.enclavia.push.authenticated

                """)
        let status = try String(contentsOfFile: "\(folder.path)/status", encoding: .utf8)
        #expect(status == "0\n")
    }

    @Test func `--follow without --since prints new events only`() async throws {
        let run = try await sandbox().shell(
            """
            newest=$(enclavia events | jq -r .sequence | tail -n 1)
            timeout 60 enclavia events --follow >"$ENCLAVIA_SANDBOX_ROOT/followed" & pid=$!
            for i in $(seq 40); do
                enclavia push told:v1 told:v9 >/dev/null 2>&1
                [ -s "$ENCLAVIA_SANDBOX_ROOT/followed" ] && break
            done
            kill $pid; wait $pid
            first=$(head -n 1 "$ENCLAVIA_SANDBOX_ROOT/followed" | jq -r .sequence)
            [ "$first" \\> "$newest" ] && echo later
            """)
        #expect(run.out == "later\n", "\(run.err)")
    }

    @Test func `the later events of a push carry its reference`() async throws {
        let run = try await sandbox().shell(
            """
            enclavia events --type push.pushed --type push.verified --type push.notified \
                | jq -r '.data.reference' | sort -u
            """)
        let references = run.out.split(separator: "\n")
        #expect(!references.isEmpty)
        let registry = try await sandbox().registry
        #expect(references.allSatisfy { $0.hasPrefix("\(registry)/alice/told:v") }, "\(run.out)")
    }

    @Test func `--follow notices a closed pipe even if no event arrives`() async throws {
        let run = try await sandbox().shell(
            "timeout 20 enclavia events --follow --since 1h | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}"
        )
        #expect(run.out == "0\n")
        #expect(run.err.isEmpty)
    }

    @Test(arguments: [("INT", 130), ("TERM", 143)])
    func `a signal ends --follow without a message`(signal: String, status: Int32) async throws {
        let folder = try Folder()
        let run = try await sandbox().shell(
            """
            set -m
            enclavia events --follow --since 1h >'\(folder.path)/out' 2>'\(folder.path)/err' & pid=$!
            for i in $(seq 400); do [ -s '\(folder.path)/out' ] && break; sleep 0.025; done
            kill -\(signal) $pid; wait $pid
            """)
        #expect(run.status == status)
        let said = try String(contentsOfFile: "\(folder.path)/err", encoding: .utf8)
        #expect(said.isEmpty)
    }

    @Test func `a history that does not exist yet can be followed`() async throws {
        let sandbox = try await sandbox()
        let folder = try Folder()
        let run = try await sandbox.shell(
            """
            export ENCLAVIA_STATE_DIR='\(folder.path)/state'
            timeout 60 enclavia events --follow --since 2000-01-01 | head -n 1 | jq -r .type & pid=$!
            sleep 0.3
            enclavia push told:v1 told:v3 2>/dev/null >/dev/null
            wait $pid
            """)
        #expect(run.out == "io.enclavia.push.started\n")
    }
}
