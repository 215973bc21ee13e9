import Foundation
import TestSupport
import Testing

/// Completion with an unreadable history offers nothing, prints no message and does not wait.
@Suite(.serialized) struct BadStoreTests {
    /// The faults of the store, each as a shell command that runs next to its file.
    static let faults: [(name: String, line: String)] = [
        ("missing", "rm -f history.db*"),
        ("empty", "rm -f history.db*; : >history.db"),
        ("corrupt in the header", "printf garbage | dd of=history.db conv=notrunc status=none"),
        (
            "corrupt in the middle",
            "rm -f *-wal *-shm; dd if=/dev/urandom of=history.db bs=4096 seek=1 count=40 \\\n"
                + "conv=notrunc status=none"
        ),
        ("another program's", "rm -f history.db*; sqlite3 history.db 'CREATE TABLE a (b)'"),
        ("a directory", "rm -f history.db*; mkdir history.db"),
        // Opening it blocks, as in a home directory on a network file system whose server is down.
        ("a pipe that nobody writes", "rm -f history.db*; mkfifo history.db"),
    ]

    /// Completes until an answer comes within the promised time, a few times at most: a busy machine may
    /// start a program slowly.
    private func expectNothing(
        _ folder: String, _ words: [String] = ["push", "x", "my"]
    ) async throws {
        var quickest = Duration.seconds(60)
        for _ in 1...20 where quickest > .milliseconds(150) {
            let start = ContinuousClock.now
            let run = try await Run.program(
                Build.product("enclavia-complete"), words,
                environment: ["ENCLAVIA_STATE_DIR": folder])
            quickest = min(quickest, start.duration(to: .now))
            #expect(run.out.split(separator: "\n").allSatisfy { $0.hasPrefix(":") }, "\(run.out)")
            #expect(run.err == "")
            #expect(run.status == 0)
        }
        // 100 ms are promised for the answer; starting a program takes the rest.
        #expect(quickest < .milliseconds(150))
    }

    @Test(arguments: faults.map(\.name))
    func `a broken store offers nothing`(_ name: String) async throws {
        let history = try await SampleHistory()
        let line = try #require(Self.faults.first { $0.name == name }).line
        let run = try await Run.shell(line, directory: history.stateDirectory)
        #expect(run.status == 0, "\(run.err)")
        try await expectNothing(history.stateDirectory)
    }

    @Test func `a store that another program has locked offers nothing`() async throws {
        let history = try await SampleHistory()
        let lock = try await LockedStore(history)
        try await expectNothing(history.stateDirectory)
        // This word is looked for in four places.
        try await expectNothing(history.stateDirectory, ["history", "show", "zz"])
        try lock.release()
    }
}
