import Foundation
import TestSupport
import Testing

/// An `enclavia` process that runs in the background, so that the test can act on it.
final class Launched {
    private let process = Process()
    private let folder: Folder

    /// Starts it; `wrapper` is the command line of a program that runs it, such as `strace`.
    init(
        _ arguments: [String], in sandbox: Sandbox, environment more: [String: String] = [:],
        wrapper: [String] = []
    ) throws {
        folder = try Folder()
        let words = wrapper + [Build.product("enclavia")] + arguments
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments =
            [
                "-c", "exec \"$@\" >'\(folder.path)/out' 2>'\(folder.path)/err' </dev/null", "sh",
            ] + words
        process.environment = ProcessInfo.processInfo.environment
            .merging(sandbox.environment) { $1 }.merging(more) { $1 }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var isRunning: Bool { process.isRunning }
    var identifier: Int32 { process.processIdentifier }
    var out: String { text("out") }
    var err: String { text("err") }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)) ?? ""
    }

    /// Whether it has a file of that name open.
    func hasOpen(_ name: String) -> Bool {
        let directory = "/proc/\(process.processIdentifier)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.contains { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(directory)/\(number)")
            return target?.hasSuffix("/\(name)") ?? false
        }
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until it has printed `words` on standard error.
    func says(_ words: String, within seconds: Double = 20) async throws {
        let said = try await eventually(within: seconds) { err.contains(words) || !isRunning }
        try #require(said && err.contains(words), "never printed \(words): \(err)")
    }

    /// Waits for the end.
    ///
    /// - Returns: the exit code, or 128 and the signal.
    func status(within seconds: Double) async throws -> Int32 {
        let isOver = try await eventually(within: seconds) { !isRunning }
        try #require(isOver, "still running after \(seconds) s: \(err)")
        let signalled = process.terminationReason == .uncaughtSignal
        return (signalled ? 128 : 0) + process.terminationStatus
    }
}
