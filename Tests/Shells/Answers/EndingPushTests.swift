import Foundation
import TestSupport
import Testing

/// A push that ends while what needs attention is read.
@Suite(.enabled(if: getuid() == 0, "strace traces only what may be traced"))
struct EndingPushTests {
    /// A push that is still to be notified, and the lock that its process holds.
    private static let begin = """
        set -e
        # The program may open the database at the same time.
        query() { sqlite3 -cmd '.timeout 10000' "$DATABASE" "$1"; }
        id=$(query "SELECT id FROM push WHERE tag = 'v2'")
        query "UPDATE push SET origin_imported_at = NULL, origin_host = NULL,
            notify_outcome = 'pending' WHERE id = '$id'"
        mkdir -p "$ENCLAVIA_STATE_DIR/running"
        lock=$ENCLAVIA_STATE_DIR/running/$id
        exec 9>"$lock"
        flock -x 9

        """

    static let commands = [
        "enclavia-complete __status", "enclavia status --short", "enclavia status --exit-code",
    ]

    private func run(
        _ script: String, _ command: String
    ) async throws -> Run {
        let history = try await SampleHistory(isIntact: true)
        let bin = (Build.product("enclavia") as NSString).deletingLastPathComponent
        return try await Run.shell(
            Self.begin + script,
            environment: [
                "DATABASE": history.database, "ENCLAVIA_STATE_DIR": history.stateDirectory,
                "PATH": "\(bin):/usr/bin:/bin", "COMMAND": command, "LC_ALL": "C",
            ], directory: history.folder.path)
    }

    /// The program is stopped for a moment before it tries the lock, after it has read the history.
    @Test(arguments: commands)
    func `a push that ends between the reads needs no attention`(_ command: String) async throws {
        let run = try await run(
            """
            strace -f -qq -o /dev/null -P "$lock" -e trace=openat -e inject=openat:delay_enter=60000 \\
                sh -c "exec $COMMAND" >out &
            sleep 0.04
            query "UPDATE push SET notify_outcome = 'delivered' WHERE id = '$id'"
            rm "$lock"
            exec 9>&-
            wait $!
            cat out
            """, command)
        #expect(run.status == 0, "\(run.err)")
        #expect(!run.out.contains(#/p1|f1|i1|u1|notified/#), "\(run.out)")
    }

    @Test func `a push whose lock cannot be tried counts as running`() async throws {
        let command = "enclavia-complete __status"
        let ended = try await run("exec 9>&-; $COMMAND", command)
        #expect(ended.out == "p1\n", "\(ended.err)")
        // The three files of the database leave none.
        let full = try await run("(exec 9>&-; ulimit -n 6; exec $COMMAND)", command)
        #expect(full.out == "", "\(full.err)")
    }
}
