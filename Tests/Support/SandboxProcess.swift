import Foundation
import Synchronization
import Testing

/// An `enclavia-sandbox up` process that ends no later than this process.
final class SandboxProcess: Sendable {
    let environment: [String: String]
    private let identifier: pid_t

    private init(environment: [String: String], identifier: pid_t) {
        self.environment = environment
        self.identifier = identifier
    }

    static func up(
        _ flags: [String], environment: [String: String]
    ) async throws -> SandboxProcess {
        let folder = try Folder()
        let file = "\(folder.path)/environment.json"
        let errors = "\(folder.path)/stderr"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        let quoted = flags.map { "'\($0)'" }.joined(separator: " ")
        process.arguments = [
            "-c",
            "exec '\(Build.product("enclavia-sandbox"))' up --json \(quoted)"
                + " >'\(file).part' 2>'\(errors)' </dev/null",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        try process.run()
        ChildProcesses.add(process.processIdentifier)
        let isUp = try await eventually(within: 60) {
            guard process.isRunning else { return true }
            let text = (try? String(contentsOfFile: "\(file).part", encoding: .utf8)) ?? ""
            return text.hasSuffix("}\n")
        }
        let words = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        try #require(isUp && process.isRunning, "no sandbox: \(words)")
        let data = try Data(contentsOf: URL(filePath: "\(file).part"))
        let variables = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return SandboxProcess(
            environment: variables.compactMapValues { $0 as? String },
            identifier: process.processIdentifier)
    }

    func stop() { ChildProcesses.end(identifier) }
}

/// The engine that all sandboxes of this process use.
actor SharedEngine {
    static let shared = SharedEngine()

    private var starting: Task<SandboxProcess, any Error>?

    /// `DOCKER_HOST` of an engine: the one that `ENCLAVIA_TEST_DOCKER_HOST` names, else one of our own.
    func host() async throws -> String {
        if let given = ProcessInfo.processInfo.environment["ENCLAVIA_TEST_DOCKER_HOST"] {
            return given
        }
        let task =
            starting ?? Task { try await SandboxProcess.up(["--private-engine"], environment: [:]) }
        starting = task
        return try #require(try await task.value.environment["DOCKER_HOST"])
    }
}

/// Processes to end when this one does.
private enum ChildProcesses {
    private static let running = Mutex<Set<pid_t>>([])
    private static let registered: Void = {
        atexit { ChildProcesses.endAll() }
    }()

    static func add(_ identifier: pid_t) {
        _ = registered
        _ = running.withLock { $0.insert(identifier) }
    }

    static func end(_ identifier: pid_t) {
        let isOurs = running.withLock { $0.remove(identifier) != nil }
        if isOurs { kill(identifier, SIGTERM) }
    }

    static func endAll() {
        let left = running.withLock { $0 }
        for identifier in left { kill(identifier, SIGTERM) }
        for identifier in left { wait(for: identifier) }
    }

    /// The engine takes a moment to end, and must not outlive the tests.
    private static func wait(for identifier: pid_t) {
        for _ in 0..<400 where kill(identifier, 0) == 0 {
            var status: Int32 = 0
            if waitpid(identifier, &status, WNOHANG) == identifier { return }
            usleep(25_000)
        }
    }
}
