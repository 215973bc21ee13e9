import Foundation
import TestSupport
import Testing

/// SIGKILL of the shipped program between the commit of an event and its line in the event log.
struct EventLogCrashTests {
    /// 200 with `make soak`.
    private static let rounds = max(8, Soak.rounds)

    @Test func `the log is complete after commands that were killed before their line`()
        async throws
    {
        let folder = try Folder()
        let run = try await Run.shell(
            """
            set -u
            python3 '\(Build.root)/Tests/Benchmarks/make-history.py' \(Self.rounds + 1) >lines
            killed=0
            for round in $(seq \(Self.rounds)); do
                sed -n "${round}p" lines >line
                case $((round % 4)) in
                    0) call=openat when=1 ;;
                    1) call=flock when=1 ;;
                    2) call=write when=1 ;;
                    3) call=fdatasync when=1 ;;
                esac
                strace -f -qq -o /dev/null -P "$ENCLAVIA_STATE_DIR/events.jsonl" -e trace=$call \
                    -e inject=$call:signal=KILL:when=$when \
                    '\(Build.product("enclavia"))' history import line >/dev/null 2>&1 \
                    || killed=$((killed + 1))
            done
            tail -n 1 lines >line
            '\(Build.product("enclavia"))' history import line >/dev/null || exit 1
            echo $killed
            sqlite3 "$ENCLAVIA_STATE_DIR/history.db" 'SELECT count(*) FROM event'
            sqlite3 "$ENCLAVIA_STATE_DIR/history.db" 'SELECT data FROM event ORDER BY seq' \
                | cmp - <(awk '!seen[$0]++' "$ENCLAVIA_STATE_DIR/events.jsonl") || exit 2
            '\(Build.product("enclavia"))' history verify \
                --against "$ENCLAVIA_STATE_DIR/events.jsonl" >/dev/null || exit 3
            """,
            environment: ["ENCLAVIA_STATE_DIR": "\(folder.path)/state", "HOME": folder.path],
            directory: folder.path)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        let numbers = run.out.split(separator: "\n").compactMap { Int($0) }
        try #require(numbers.count == 2, "\(run.out)")
        #expect(numbers[0] == Self.rounds, "a command was not killed")
        #expect(numbers[1] > Self.rounds / 2)
    }
}
