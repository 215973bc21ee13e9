import Foundation
import TestSupport
import Testing

/// A store that cannot be used: the push succeeds all the same, and its record survives.
@Suite(.serialized, .enabled(if: geteuid() == 0))
struct StoreFaultTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 63)
        return sandbox
    }

    /// Runs lines of shell in a mount namespace of their own, with a fresh `$D` and `$F`.
    private func run(
        _ script: String, _ folder: Folder, environment more: [String: String] = [:]
    ) async throws -> Run {
        let sandbox = try await Self.shared.value
        let file = try folder.write(script, to: "script")
        var environment = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state/enclavia", "F": folder.path]
        environment.merge(more) { $1 }
        return try await sandbox.shell(
            "unshare -m --propagation private bash \(file)", environment: environment)
    }

    /// What the script wrote to a file; empty if it did not get that far.
    private func text(_ name: String, _ folder: Folder) -> String {
        (try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)) ?? ""
    }

    private func warnings(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
    }

    @Test(arguments: StoreFault.all)
    func `a push succeeds with a broken store, and is recorded once the store is repaired`(
        _ fault: StoreFault
    ) async throws {
        let folder = try Folder()
        let run = try await run(fault.script, folder)
        try #require(run.status == 0, "\(run.out)\(run.err)\(text("err", folder))")
        #expect(text("status", folder) == "0\n")
        #expect(text("out", folder).contains("/alice/fault@sha256:"))
        let warnings = warnings(text("err", folder))
        #expect(warnings.count == (fault.words == nil ? 0 : 1), "\(warnings)")
        if let words = fault.words { #expect(warnings.allSatisfy { $0.contains(words) }) }
        let after = text("after", folder)
        #expect(self.warnings(after).isEmpty && !after.contains("error: "), "\(after)")

        let history = try JSONSerialization.jsonObject(
            with: Data(text("history", folder).utf8))
        let records = try #require(history as? [[String: Any]])
        let destinations = records.compactMap { $0["destination"] as? String }
        let past = fault.losesEarlierPushes ? [] : ["fault:before"]
        let next = fault.restorer == .push ? ["fault:after"] : []
        #expect(destinations == next + ["fault:during"] + past)
        #expect(records.allSatisfy { $0["outcome"] as? String == "succeeded" })
        #expect(
            records.allSatisfy {
                ($0["notify"] as? [String: Any])?["outcome"] as? String == "delivered"
            })
    }

    @Test(arguments: [40, 100, 150, 200, 240, 280, 360])
    func `a disk that fills up at any moment loses no record and breaks no store`(_ kibibytes: Int)
        async throws
    {
        let folder = try Folder()
        let run = try await run(
            """
            set -e
            D=$ENCLAVIA_STATE_DIR
            mkdir -p $D
            mount -t tmpfs -o size=\(kibibytes)k,mode=700 none $D
            for n in 1 2 3 4; do enclavia push --quiet app:v1 full:n$n; done 2>$F/err
            mount -o remount,size=20m $D
            enclavia push --quiet app:v1 full:after
            enclavia history verify
            sqlite3 $D/history.db "PRAGMA integrity_check;
                SELECT count(*) FROM push_v1 WHERE outcome = 'succeeded'" >$F/rows
            """, folder)
        #expect(run.status == 0, "\(run.out)\(run.err)\(text("err", folder))")
        #expect(text("rows", folder) == "ok\n5\n", "\(text("err", folder))")
    }

    @Test func `a record that cannot be stored goes to standard error, with exit code 73`()
        async throws
    {
        let folder = try Folder()
        let run = try await run(
            """
            D=$ENCLAVIA_STATE_DIR
            mkdir -p $D $F/runtime
            chmod 700 $F/runtime
            enclavia push --quiet app:v1 nowhere:before
            rm -r $F/runtime/enclavia; touch $F/runtime/enclavia
            mount --bind $D $D; mount -o remount,ro,bind $D
            enclavia push --quiet app:v1 nowhere:v1 >$F/out 2>$F/err
            echo $? >$F/status
            umount $D; rm $F/runtime/enclavia
            tail -n 1 $F/err | enclavia history import
            enclavia history --json >$F/history
            """, folder, environment: ["XDG_RUNTIME_DIR": "\(folder.path)/runtime"])
        #expect(run.status == 0, "\(run.err)")
        #expect(text("status", folder) == "73\n", "\(text("err", folder))")
        #expect(text("out", folder).contains("/alice/nowhere@sha256:"))
        let last = try #require(text("err", folder).split(separator: "\n").last)
        let record = try #require(
            try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
        #expect(record["outcome"] as? String == "succeeded")
        #expect(record["destination"] as? String == "nowhere:v1")
    }

    @Test func `a push succeeds despite a file size limit`() async throws {
        let folder = try Folder()
        let run = try await run(
            """
            (ulimit -f 8; enclavia push --quiet app:v1 limit:v1 >$F/out)
            """, folder)
        #expect(run.status == 0, "\(run.err)")
        #expect(text("out", folder).contains("/alice/limit@sha256:"))
        #expect(!warnings(run.err).isEmpty)
    }

    @Test func `a clock that goes back changes only the recorded times`() async throws {
        let folder = try Folder()
        try folder.write(Self.yesterday, to: "yesterday.c")
        let run = try await run(
            """
            set -e
            D=$ENCLAVIA_STATE_DIR
            cc -shared -fPIC -o $F/yesterday.so $F/yesterday.c -ldl
            enclavia push --quiet app:v1 clock:v1
            LD_PRELOAD=$F/yesterday.so enclavia push --quiet app:v1 clock:v1
            enclavia push --quiet app:v1 clock:v1
            enclavia history verify
            sqlite3 $D/history.db "SELECT count(*), count(DISTINCT date(started_at)), group_concat(
                DISTINCT outcome) FROM push_v1" >$F/rows
            """, folder)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        #expect(text("rows", folder) == "3|2|succeeded\n")
    }

    /// A test cannot mount a network file system, so a preloaded `statfs` reports one.
    @Test func `on a network file system the store keeps a rollback journal`() async throws {
        let folder = try Folder()
        try folder.write(Self.network, to: "network.c")
        let run = try await run(
            """
            set -e
            D=$ENCLAVIA_STATE_DIR
            cc -shared -fPIC -o $F/network.so $F/network.c
            LD_PRELOAD=$F/network.so enclavia push --quiet app:v1 network:v1
            (echo "$(sqlite3 $D/history.db 'PRAGMA journal_mode')"; ls $D) >$F/files
            for n in 1 2 3 4; do
                LD_PRELOAD=$F/network.so enclavia push --quiet app:v1 network:t$n & pids="$pids $!"
            done
            for pid in $pids; do wait $pid; done
            LD_PRELOAD=$F/network.so enclavia history verify
            sqlite3 $D/history.db "PRAGMA journal_mode;
                SELECT count(*), group_concat(DISTINCT outcome) FROM push_v1" >$F/rows
            """, folder)
        #expect(run.status == 0, "\(run.out)\(run.err)")
        let files = text("files", folder).split(separator: "\n")
        #expect(files.first == "delete")
        #expect(!files.contains("history.db-wal"))
        #expect(text("rows", folder) == "delete\n5|succeeded\n")
    }

    private static let network = """
        #define _GNU_SOURCE
        #include <string.h>
        #include <sys/syscall.h>
        #include <sys/vfs.h>
        #include <unistd.h>
        int statfs(const char *path, struct statfs *found) {
            int result = syscall(SYS_statfs, path, found);
            if (result == 0) found->f_type = 0x6969;
            return result;
        }
        """

    private static let yesterday = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <sys/time.h>
        #include <time.h>
        int clock_gettime(clockid_t clock, struct timespec *now) {
            int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, now);
            if (clock == CLOCK_REALTIME) now->tv_sec -= 86400;
            return result;
        }
        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            struct timespec exact;
            clock_gettime(CLOCK_REALTIME, &exact);
            now->tv_sec = exact.tv_sec;
            now->tv_usec = exact.tv_nsec / 1000;
            return 0;
        }
        """
}
