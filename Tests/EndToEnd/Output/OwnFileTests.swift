import TestSupport
import Testing

/// An output file that is one of the program's own: the history would be lost.
@Suite(.serialized)
struct OwnFileTests {
    /// Makes a history and an event log of this test alone, in `state`.
    private static let state = """
        export ENCLAVIA_STATE_DIR=$PWD/state
        enclavia push app:v1 app:first --quiet >/dev/null
        credentials=${XDG_CONFIG_HOME:-$HOME/.config}/enclavia/credentials.json
        [ -s "$credentials" ] && ln state/history.db hard && ln -s state link && ln -s "$credentials" token
        before=$(sha256sum state/history.db state/events.jsonl "$credentials")

        """

    static let names = [
        "state/history.db", "$PWD/link/history.db", "hard", "state/history.db-wal",
        "state/history.db-journal", "state/events.jsonl", "state/checkpoints.jsonl",
        "state/spool/0190aaaa-0000-7000-8000-000000000001.jsonl", "$credentials", "token",
    ]

    @Test func `neither an export nor a digest file replaces what the program keeps`()
        async throws
    {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 923)
        let folder = try Folder()
        try folder.write(
            Self.state + "mkdir -p state/spool\n"
                + Self.names.flatMap { name in
                    [
                        "enclavia history export \"\(name)\"; echo $?",
                        "enclavia history checkpoint --out \"\(name)\"; echo $?",
                        "enclavia push app:v1 app:next --digest-file \"\(name)\"; echo $?",
                    ]
                }.joined(separator: "\n")
                    + """

                    [ "$before" = "$(sha256sum state/history.db state/events.jsonl "$credentials")" ]; echo same $?
                    enclavia history --format template:{tag}
                    enclavia history verify | head -c 7; echo
                    enclavia history export state/mine 2>/dev/null; echo $?
                    """, to: ".script", mode: 0o700)
        let run = try await sandbox.shell("bash -u .script", directory: folder.path)
        #expect(
            run.out == String(repeating: "64\n", count: 3 * Self.names.count)
                + "same 0\nfirst\nintact:\n0\n", "\(run.err)")
        let refusals = run.err.split(separator: "\n").filter {
            $0.contains("is a file of enclavia itself")
        }
        // A checkpoint says of what exists that it replaces nothing.
        #expect(refusals.count >= 2 * Self.names.count, "\(run.err)")
    }
}
