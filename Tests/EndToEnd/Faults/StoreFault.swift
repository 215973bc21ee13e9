import Testing

/// A way to spoil the store, and what a push says to it.
///
/// Lines of shell run as root in a mount namespace of their own, with the state directory in `$D`.
struct StoreFault: Sendable, CustomTestStringConvertible {
    let name: String
    /// Done before the first push.
    var prepare = ""
    let spoil: String
    var repair = ""
    /// Part of the one warning; nil where the push has nothing to say.
    let words: String?
    /// Whether the fault takes with it what was on record before.
    var losesThePast = false
    /// What takes the spool in once the store is mended.
    var restorer = Restorer.push

    enum Restorer: String {
        case push = "push --quiet app:v1 fault:after"
        case reconcile = "history reconcile"
    }

    var testDescription: String { name }

    /// Half of them are mended by the next push, and half by a reconciliation.
    static let all = faults.enumerated().map { number, fault in
        var fault = fault
        if number % 2 == 1 { fault.restorer = .reconcile }
        return fault
    }

    private static let faults: [StoreFault] = [
        StoreFault(
            name: "locked for longer than the timeout",
            spoil: """
                python3 -c 'import sqlite3, sys, time
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("BEGIN IMMEDIATE"); open(sys.argv[2], "w"); time.sleep(12)' \
                    $D/history.db $D/held & holder=$!
                until [ -e $D/held ]; do sleep 0.05; done
                """,
            repair: "wait $holder", words: "another process has held it for 10 s"),
        StoreFault(
            name: "read-only",
            spoil: "mount --bind $D $D; mount -o remount,ro,bind $D",
            repair: "umount $D", words: "it is read-only"),
        StoreFault(
            name: "on a disk that is full",
            prepare: "mkdir -p $D; mount -t tmpfs -o size=2m,mode=700 none $D",
            spoil: "dd if=/dev/zero of=$D/filler bs=4k status=none || true",
            repair: "rm $D/filler", words: "the history cannot be written"),
        StoreFault(
            name: "in a directory that was removed", spoil: "rm -rf $D", words: nil,
            losesThePast: true),
        StoreFault(
            name: "in a directory that cannot be made", spoil: "mv $D $D.away; touch $D",
            repair: "rm $D; mv $D.away $D", words: "it is not a directory"),
        StoreFault(
            name: "with a damaged header",
            spoil: "\(checkpoint); printf %064d 0 | dd of=$D/history.db conv=notrunc status=none",
            repair: "mv $D/history.db $D/damaged", words: "it is damaged", losesThePast: true),
        StoreFault(
            name: "damaged in the middle",
            spoil: """
                \(checkpoint)
                dd if=/dev/urandom of=$D/history.db bs=4k seek=2 count=35 conv=notrunc status=none
                """,
            repair: "mv $D/history.db $D/damaged", words: "it is damaged", losesThePast: true),
        StoreFault(
            name: "empty", spoil: "rm -f $D/history.db-*; : >$D/history.db", words: nil,
            losesThePast: true),
        StoreFault(
            name: "that is another program's file",
            spoil: "rm -f $D/history.db*; sqlite3 $D/history.db 'CREATE TABLE t (a)'",
            repair: "mv $D/history.db $D/other", words: "it is not an enclavia history",
            losesThePast: true),
        StoreFault(
            // A reader that is killed keeps the last writer from emptying the log: with it goes what
            // was pushed since, and no more.
            name: "whose write-ahead log was lost",
            spoil: """
                python3 -c 'import os, sqlite3, sys
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("BEGIN"); db.execute("SELECT count(*) FROM push_v1").fetchall()
                open(sys.argv[2], "w"); sys.stdin.read()' \
                    $D/history.db $D/held < <(sleep 60) & reader=$!
                until [ -e $D/held ]; do sleep 0.05; done
                enclavia push --quiet app:v1 fault:lost
                kill -KILL $reader; wait $reader || true
                [ -s $D/history.db-wal ]
                enclavia history --json | grep -q fault:lost
                rm $D/history.db-wal $D/history.db-shm
                """, words: nil),
        StoreFault(
            name: "written by a newer version",
            spoil: """
                sqlite3 $D/history.db "PRAGMA user_version = 99;
                    UPDATE meta SET value = '99' WHERE key = 'minimum_writer'"
                """,
            repair: """
                sqlite3 $D/history.db "PRAGMA user_version = $version;
                    UPDATE meta SET value = '$minimum' WHERE key = 'minimum_writer'"
                """,
            words: "newer version"),
        StoreFault(
            name: "of another user", spoil: "chown 65534 $D/history.db",
            repair: "chown 0 $D/history.db", words: "it belongs to user 65534"),
        StoreFault(
            name: "behind a symbolic link",
            spoil: "mv $D/history.db $D/real.db; ln -s real.db $D/history.db",
            repair: "mv $D/real.db $D/history.db", words: "it is a symbolic link"),
        StoreFault(
            name: "whose event log is a symbolic link",
            spoil: "mv $D/events.jsonl $D/log; ln -s log $D/events.jsonl",
            repair: "mv $D/log $D/events.jsonl", words: "it is a symbolic link"),
        StoreFault(
            name: "whose event log is a directory",
            spoil: "mv $D/events.jsonl $D/log; mkdir $D/events.jsonl",
            repair: "rmdir $D/events.jsonl; mv $D/log $D/events.jsonl", words: "events.jsonl"),
    ]

    private static let checkpoint =
        "sqlite3 $D/history.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null"

    /// The whole story of one fault; leaves its findings in `$F`.
    var script: String {
        """
        set -e
        D=$ENCLAVIA_STATE_DIR
        mkdir -p ${D%/*}
        \(prepare)
        enclavia push --quiet app:v1 fault:before
        version=$(sqlite3 $D/history.db 'PRAGMA user_version')
        minimum=$(sqlite3 $D/history.db "SELECT value FROM meta WHERE key = 'minimum_writer'")
        \(spoil)
        status=0
        enclavia push app:v1 fault:during >$F/out 2>$F/err || status=$?
        echo $status >$F/status
        \(repair)
        enclavia \(restorer.rawValue) 2>$F/after >$F/restored
        enclavia history --json >$F/history
        enclavia history verify >$F/verify
        ! ls $D/spool $XDG_RUNTIME_DIR/enclavia/spool 2>/dev/null | grep jsonl
        """
    }
}
