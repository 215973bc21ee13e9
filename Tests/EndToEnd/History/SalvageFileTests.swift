import Foundation
import TestSupport
import Testing

/// A damaged history of real pushes, salvaged and used again, and salvages that fail.
@Suite(.serialized)
struct SalvageFileTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 72)
        return sandbox
    }

    private static func environment(_ folder: Folder) -> [String: String] {
        ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
    }

    @Test func `a damaged history that is salvaged as its error says knows what the registry has`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let environment = Self.environment(folder)
        let database = "\(folder.path)/state/history.db"
        let pushed = try await sandbox.shell(
            """
            set -e
            for n in 1 2 3 4; do enclavia push --quiet app:v1 salvage:t$n >/dev/null; done
            sqlite3 '\(database)' 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
            """, environment: environment)
        try #require(pushed.status == 0, "\(pushed.err)")
        // The pages that all others of two tables are found from.
        let damaged = try await sandbox.shell(
            """
            for root in $(sqlite3 '\(database)' \
                "SELECT rootpage FROM sqlite_schema WHERE name IN ('push', 'push_json')"); do
                dd if=/dev/zero of='\(database)' bs=4096 seek=$((root - 1)) count=1 conv=notrunc status=none
            done
            enclavia history
            """, environment: environment)
        #expect(damaged.status == 65, "\(damaged.out)")
        #expect(damaged.err.contains("enclavia history salvage"), "\(damaged.err)")

        let salvaged = try await sandbox.shell(
            """
            cd '\(folder.path)/state'
            enclavia history salvage history.db --out salvaged.db --json || exit
            mkdir ../damaged
            mv history.db* ../damaged/
            mv salvaged.db history.db
            """, environment: environment)
        #expect(salvaged.status == 0 && salvaged.err == "", "\(salvaged.err)")
        let summary = try salvaged.object()
        #expect(summary["whole"] as? Bool == true && summary["pushes"] as? Int == 4, "\(summary)")

        // The salvaged history is pushed to, and each of its digests is the registry's.
        let next = try await sandbox.enclavia(
            ["push", "--quiet", "app:v1", "salvage:t5"], environment: environment)
        #expect(next.status == 0, "\(next.err)")
        try await sandbox.expectWholeStore(
            in: "\(folder.path)/state", environment: environment)
        let listed = try await sandbox.enclavia(
            ["history", "--format", "template:{tag} {digest}"], environment: environment)
        let lines = listed.out.split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(lines.compactMap(\.first) == ["t5", "t4", "t3", "t2", "t1"], "\(listed.out)")
        for line in lines {
            let digest = try await sandbox.registryDigest("salvage", tag: line[0])
            #expect(digest == line.last)
        }
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a disk without room gets no file, and its owner a reason`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let corpus = try await Corpus(records: 400)
        let script = try folder.write(
            """
            set -e
            enclavia history import '\(corpus.file)' >/dev/null
            cp '\(folder.path)'/state/history.db* '\(folder.path)/'
            mkdir '\(folder.path)/small'
            # Room for the copy of the file, and not for the new one.
            mount -t tmpfs -o size=${1}k none '\(folder.path)/small'
            status=0
            enclavia history salvage '\(folder.path)/history.db' --out '\(folder.path)/small/new.db' --json || status=$?
            ls -A '\(folder.path)/small' >&2
            exit $status
            """, to: "script")
        for size in [200, 2400] {
            let run = try await sandbox.shell(
                """
                rm -rf '\(folder.path)/state' '\(folder.path)/small'
                unshare -m --propagation private bash \(script) \(size)
                """,
                environment: Self.environment(folder))
            #expect(run.status == 74 && run.err == "", "\(size): \(run.out)\(run.err)")
            let error = try run.object()
            #expect(error["kind"] as? String == "output", "\(size)")
            let message = error["error"] as? String ?? ""
            #expect(message.contains("no space is left"), "\(size): \(message)")
        }
    }

    @Test(arguments: SignalTests.endings)
    func `an interrupted salvage leaves nothing behind`(_ signal: Int32, _ code: Int32)
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let corpus = try await Corpus(records: 12_000)
        let environment = Self.environment(folder)
        let taken = try await sandbox.enclavia(
            ["history", "import", corpus.file], environment: environment)
        try #require(taken.status == 0, "\(taken.err)")
        let command = try Launched(
            [
                "history", "salvage", "\(folder.path)/state/history.db", "--out",
                "\(folder.path)/new.db",
            ],
            in: sandbox, environment: environment)
        _ = try await eventually(within: 20) { command.hasOpen("damaged.db") }
        command.send(signal)
        #expect(try await command.status(within: 5) == code, "\(command.err)")
        #expect(command.out == "" && command.err == "error: cancelled\n", "\(command.err)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["state"])
    }
}
