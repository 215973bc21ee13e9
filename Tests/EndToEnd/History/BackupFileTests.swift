import Foundation
import TestSupport
import Testing

/// Backups of a history that is written meanwhile, and backups that fail.
@Suite(.serialized)
struct BackupFileTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 71)
        return sandbox
    }

    private static func environment(_ folder: Folder) -> [String: String] {
        ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
    }

    /// The ids of the pushes in a backup, which must be intact as a history of its own.
    private func pushes(in backup: String) async throws -> [String] {
        let folder = try Folder()
        let state = "\(folder.path)/state"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(atPath: backup, toPath: "\(state)/history.db")
        let environment = ["ENCLAVIA_STATE_DIR": state]
        let sandbox = try await Self.shared.value
        try await sandbox.expectWholeStore(in: state, environment: environment)
        let run = try await sandbox.enclavia(
            ["history", "--format", "template:{id}"], environment: environment)
        return run.out.split(separator: "\n").map(String.init)
    }

    @Test func `each backup during fifty pushes is whole, and has every push that ended before`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let environment = Self.environment(folder)
        let run = try await sandbox.shell(
            """
            cd '\(folder.path)'
            enclavia push --quiet app:v1 backup:first >/dev/null
            (for n in $(seq 50); do
                enclavia push --quiet --json app:v1 backup:t$n >pushed-$n.json || echo push: $?
                mv pushed-$n.json done-$n.json
            done) & pushes=$!
            number=0
            while kill -0 $pushes 2>/dev/null; do
                number=$((number + 1))
                ls | grep -c '^done-' >before-$number
                enclavia history backup backup-$number.db >/dev/null 2>err || cat err
            done
            wait
            echo $number >backups
            """, environment: environment)
        #expect(run.status == 0 && run.out == "", "\(run.out)\(run.err)")
        func number(_ name: String) throws -> Int {
            let text = try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
            return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        let backups = try number("backups")
        #expect(backups > 2)
        let all = try await sandbox.enclavia(
            ["history", "--format", "template:{id}"], environment: environment)
        let ids = all.out.split(separator: "\n").map(String.init)
        #expect(ids.count == 51)
        var counts: [Int] = []
        for index in Set([1, backups / 2, backups]).sorted() where index > 0 {
            let copied = try await pushes(in: "\(folder.path)/backup-\(index).db")
            #expect(try copied.count > number("before-\(index)"))
            // The newest pushes are first: a backup has the oldest of them.
            #expect(copied == Array(ids.suffix(copied.count)))
            counts.append(copied.count)
        }
        #expect(counts == counts.sorted())
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
            mkdir '\(folder.path)/small'
            mount -t tmpfs -o size=200k none '\(folder.path)/small'
            status=0
            enclavia history backup '\(folder.path)/small/copy.db' --json || status=$?
            ls -A '\(folder.path)/small' >&2
            exit $status
            """, to: "script")
        let run = try await sandbox.shell(
            "unshare -m --propagation private bash \(script)",
            environment: Self.environment(folder))
        #expect(run.status == 74 && run.err == "", "\(run.err)")
        let error = try run.object()
        #expect(error["kind"] as? String == "output")
        let message = error["error"] as? String ?? ""
        #expect(message.contains("small/copy.db") && message.contains("no space is left"))
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a directory that may not be written is an error`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let script = try folder.write(
            """
            set -e
            enclavia push --quiet app:v1 backup:readonly >/dev/null
            mkdir '\(folder.path)/fixed'
            mount --bind '\(folder.path)/fixed' '\(folder.path)/fixed'
            mount -o remount,bind,ro '\(folder.path)/fixed'
            enclavia history backup '\(folder.path)/fixed/copy.db'
            """, to: "script")
        let run = try await sandbox.shell(
            "unshare -m --propagation private bash \(script)",
            environment: Self.environment(folder))
        #expect(run.status == 74 && run.out == "", "\(run.out)")
        #expect(run.err.contains("fixed") && run.err.contains("read-only"), "\(run.err)")
    }

    @Test(arguments: SignalTests.endings)
    func `an interrupted backup leaves nothing behind`(_ signal: Int32, _ code: Int32)
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
            ["history", "backup", "\(folder.path)/copy.db"], in: sandbox, environment: environment)
        _ = try await eventually(within: 20) { command.hasOpen("history.db") }
        command.send(signal)
        #expect(try await command.status(within: 5) == code, "\(command.err)")
        #expect(command.out == "" && command.err == "error: cancelled\n", "\(command.err)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["state"])
    }
}
