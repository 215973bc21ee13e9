import Testing

/// A way to break the store, and the warning that a push prints.
///
/// Lines of shell run as root in a mount namespace of their own, with the state directory in `$D`.
struct StoreFault: Sendable, CustomTestStringConvertible {
    let name: String
    /// Done before the first push.
    var prepare = ""
    let damage: String
    var repair = ""
    /// Part of the only warning; nil if there is none.
    let words: String?
    /// Whether the fault destroys the earlier records.
    var losesEarlierPushes = false
    /// The command that imports the spool once the store is repaired.
    var restorer = Restorer.push

    enum Restorer: String {
        case push = "push --quiet app:v1 fault:after"
        case reconcile = "history reconcile"
    }

    var testDescription: String { name }

    /// After half of them the next push imports the spool, after the others a reconciliation does.
    static let all = faults.enumerated().map { number, fault in
        var fault = fault
        if number % 2 == 1 { fault.restorer = .reconcile }
        return fault
    }

    private static let faults: [StoreFault] = [
        StoreFault(
            name: "locked for longer than the timeout",
            damage: """
                python3 -c 'import sqlite3, sys, time
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("BEGIN IMMEDIATE"); open(sys.argv[2], "w"); time.sleep(12)' \
                    $D/history.db $D/held & holder=$!
                until [ -e $D/held ]; do sleep 0.05; done
                """,
            repair: "wait $holder", words: "another process has held it for 10 s"),
        StoreFault(
            name: "read-only",
            damage: "mount --bind $D $D; mount -o remount,ro,bind $D",
            repair: "umount $D", words: "it is read-only"),
        StoreFault(
            name: "on a disk that is full",
            prepare: "mkdir -p $D; mount -t tmpfs -o size=2m,mode=700 none $D",
            damage: "dd if=/dev/zero of=$D/filler bs=4k status=none || true",
            repair: "rm $D/filler", words: "the history cannot be written"),
        StoreFault(
            name: "in a directory that was removed", damage: "rm -rf $D", words: nil,
            losesEarlierPushes: true),
        StoreFault(
            name: "in a directory that cannot be made", damage: "mv $D $D.away; touch $D",
            repair: "rm $D; mv $D.away $D", words: "it is not a directory"),
        StoreFault(
            name: "with a damaged header",
            damage: "\(checkpoint); printf %064d 0 | dd of=$D/history.db conv=notrunc status=none",
            repair: "mv $D/history.db $D/damaged", words: "it is damaged", losesEarlierPushes: true),
        StoreFault(
            name: "damaged in the middle",
            damage: """
                \(checkpoint)
                dd if=/dev/urandom of=$D/history.db bs=4k seek=2 count=35 conv=notrunc status=none
                """,
            repair: "mv $D/history.db $D/damaged", words: "it is damaged", losesEarlierPushes: true),
        StoreFault(
            name: "empty", damage: "rm -f $D/history.db-*; : >$D/history.db", words: nil,
            losesEarlierPushes: true),
        StoreFault(
            name: "that is another program's file",
            damage: "rm -f $D/history.db*; sqlite3 $D/history.db 'CREATE TABLE t (a)'",
            repair: "mv $D/history.db $D/other", words: "it is not an enclavia history",
            losesEarlierPushes: true),
        StoreFault(
            // A killed reader keeps the last writer from emptying the log. Removing the log then
            // loses only what was pushed since.
            name: "whose write-ahead log was lost",
            damage: """
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
            damage: """
                sqlite3 $D/history.db "PRAGMA user_version = 99;
                    UPDATE meta SET value = '99' WHERE key = 'minimum_writer'"
                """,
            repair: """
                sqlite3 $D/history.db "PRAGMA user_version = $version;
                    UPDATE meta SET value = '$minimum' WHERE key = 'minimum_writer'"
                """,
            words: "newer version"),
        StoreFault(
            name: "of another user", damage: "chown 65534 $D/history.db",
            repair: "chown 0 $D/history.db", words: "it belongs to user 65534"),
        StoreFault(
            name: "behind a symbolic link",
            damage: "mv $D/history.db $D/real.db; ln -s real.db $D/history.db",
            repair: "mv $D/real.db $D/history.db", words: "it is a symbolic link"),
        StoreFault(
            name: "whose event log is a symbolic link",
            damage: "mv $D/events.jsonl $D/log; ln -s log $D/events.jsonl",
            repair: "mv $D/log $D/events.jsonl", words: "it is a symbolic link"),
        StoreFault(
            name: "whose event log is a directory",
            damage: "mv $D/events.jsonl $D/log; mkdir $D/events.jsonl",
            repair: "rmdir $D/events.jsonl; mv $D/log $D/events.jsonl", words: "events.jsonl"),
    ]

    private static let checkpoint =
        "sqlite3 $D/history.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null"

    /// Runs one fault from beginning to end; leaves the results in `$F`.
    var script: String {
        """
        set -e
        D=$ENCLAVIA_STATE_DIR
        mkdir -p ${D%/*}
        \(prepare)
        enclavia push --quiet app:v1 fault:before
        version=$(sqlite3 $D/history.db 'PRAGMA user_version')
        minimum=$(sqlite3 $D/history.db "SELECT value FROM meta WHERE key = 'minimum_writer'")
        \(damage)
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
