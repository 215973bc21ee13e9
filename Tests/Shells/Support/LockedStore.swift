import Foundation
import TestSupport
import Testing

/// A history that another program has locked, until it is released.
final class LockedStore: Sendable {
    /// The input of the holder, which ends when this closes.
    private let input = Pipe()

    init(_ history: SampleHistory) async throws {
        let mode = try await Run.program(
            "sqlite3", [history.database, "PRAGMA journal_mode = DELETE"])
        try #require(mode.status == 0, "\(mode.err)")
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/sqlite3")
        holder.arguments = [history.database]
        let output = Pipe()
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        input.fileHandleForWriting.write(Data("BEGIN EXCLUSIVE; SELECT 'held';\n".utf8))
        let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try #require(answer == "held\n")
    }

    func release() throws {
        try input.fileHandleForWriting.close()
    }
}
