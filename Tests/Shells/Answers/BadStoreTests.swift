import Foundation
import TestSupport
import Testing

/// A history that cannot be read offers nothing, says nothing and keeps nobody waiting.
@Suite(.serialized) struct BadStoreTests {
    /// What is wrong with the store, as a line of shell beside its file.
    static let faults: [(name: String, line: String)] = [
        ("missing", "rm -f history.db*"),
        ("empty", "rm -f history.db*; : >history.db"),
        ("corrupt in the header", "printf garbage | dd of=history.db conv=notrunc 2>&-"),
        (
            "corrupt in the middle",
            "rm -f *-wal *-shm; dd if=/dev/urandom of=history.db bs=4096 seek=1 count=40 conv=notrunc 2>&-"
        ),
        ("another program's", "rm -f history.db*; sqlite3 history.db 'CREATE TABLE a (b)'"),
        ("a directory", "rm -f history.db*; mkdir history.db"),
        // Opening it blocks, as a network home does whose server is gone.
        ("a pipe that nobody writes", "rm -f history.db*; mkfifo history.db"),
    ]

    private func ask(_ folder: String) async throws -> (run: Run, seconds: Double) {
        let start = ContinuousClock.now
        let run = try await Run.program(
            Build.product("enclavia"), ["__complete", "push", "x", "my"],
            environment: ["ENCLAVIA_STATE_DIR": folder])
        let taken = ContinuousClock.now - start
        return (run, Double(taken.components.attoseconds) / 1e18 + Double(taken.components.seconds))
    }

    private func expectNothing(_ folder: String) async throws {
        let (run, seconds) = try await ask(folder)
        #expect(run.out.split(separator: "\n").allSatisfy { $0.hasPrefix(":") }, "\(run.out)")
        #expect(run.err == "")
        #expect(run.status == 0)
        // 100 ms are promised; a busy machine may take its time to start a program.
        #expect(seconds < 2)
    }

    @Test(arguments: faults.map(\.name))
    func `a store offers nothing that is`(_ name: String) async throws {
        let history = try await SampleHistory()
        let line = try #require(Self.faults.first { $0.name == name }).line
        let run = try await Run.shell(line, directory: history.stateDirectory)
        #expect(run.status == 0, "\(run.err)")
        try await expectNothing(history.stateDirectory)
    }

    @Test func `a store that another program has locked offers nothing`() async throws {
        let history = try await SampleHistory()
        _ = try await Run.program("sqlite3", [history.database, "PRAGMA journal_mode = DELETE"])
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/sqlite3")
        holder.arguments = [history.database]
        let input = Pipe()
        let output = Pipe()
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        defer { holder.terminate() }
        input.fileHandleForWriting.write(Data("BEGIN EXCLUSIVE; SELECT 'held';\n".utf8))
        #expect(
            String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
        try await expectNothing(history.stateDirectory)
    }
}
