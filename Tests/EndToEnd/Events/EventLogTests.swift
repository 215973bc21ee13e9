import Foundation
import TestSupport
import Testing

/// The event log under many pushes at once, while it is rotated as logrotate does it.
@Suite(.serialized)
struct EventLogTests {
    @Test func `fifty concurrent pushes lose no line while the log is rotated`() async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("many:v1", seed: 811)
        let run = try await sandbox.shell(
            """
            log="$XDG_STATE_HOME/enclavia/events.jsonl"
            for n in $(seq 50); do
                enclavia push many:v1 "many:t$n" >/dev/null 2>"$ENCLAVIA_SANDBOX_ROOT/err.$n" &
                pids="$pids $!"
            done
            turn=0
            while [ -n "$(jobs -r)" ]; do
                if [ -e "$log" ]; then
                    turn=$((turn + 1))
                    mv "$log" "$log.$turn"
                    # As "create" does: the new file exists before a push writes to it.
                    [ $((turn % 2)) = 0 ] && (umask 077 && : >>"$log")
                fi
                sleep 0.05
            done
            failed=0
            for pid in $pids; do wait $pid || failed=$((failed + 1)); done
            echo "$failed $turn"
            """)
        let words = run.out.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(words.first == 0, "pushes failed: \(run.err)")
        #expect((words.last ?? 0) > 10, "the log was rotated \(words.last ?? 0) times")

        // Every event is complete in the files, and may be there twice: a command does not read a rotated file.
        let logged = try await sandbox.shell(
            "cat \"$XDG_STATE_HOME\"/enclavia/events.jsonl* | jq -r '.sequence + .id' | sort -u")
        #expect(logged.status == 0, "\(logged.err)")
        let stored = try await sandbox.shell("enclavia events | jq -r '.sequence + .id' | sort -u")
        #expect(logged.out == stored.out)
        let kinds = try await sandbox.shell(
            "enclavia events | jq -r .type | sort | uniq -c | awk '{ print $2, $1 }'")
        let unusual = try await sandbox.shell(
            """
            enclavia events | jq -s -c 'group_by(.subject)[] | select(length != 7)
                | map([.sequence, .type, .time, .data.failure?, .data.notify?])'
            cat "$ENCLAVIA_SANDBOX_ROOT"/err.* | grep -E '^(warning|error): ' | sort | uniq -c
            """)
        let steps = [
            "authenticated", "finished", "notified", "pushed", "started", "tagged", "verified",
        ]
        #expect(
            kinds.out.split(separator: "\n").map(String.init)
                == steps.map { "io.enclavia.push.\($0) 50" }, "\(unusual.out)\(unusual.err)")
        #expect(
            try await sandbox.sql("SELECT count(*) FROM push_v1 WHERE outcome = 'succeeded'")
                == "50")
        #expect(try await sandbox.notifications().count == 50)
        #expect(try await sandbox.enclavia("history", "verify").status == 0)
    }
}
