import Foundation
import TestSupport
import Testing

/// A scenario that has run once, with every change that it made to the disk.
struct Recording: Sendable {
    let scenario: PowerLossScenario
    let lab: PowerLossLab
    /// The environment's variables of the scenario.
    let variables: [String: String]
    /// The disk before it.
    let image: DiskImage
    let operations: [DiskOperation]
    let history: DiskHistory
    let marks: [Mark]
    /// The records before the scenario, and those after it if no power is lost.
    let before: [PushFacts]
    let after: [PushFacts]

    /// Runs a scenario under `strace`.
    static func make(_ scenario: PowerLossScenario, _ lab: PowerLossLab) async throws -> Recording {
        var variables = scenario.variables
        if scenario.isOnNetwork { variables["LD_PRELOAD"] = try await lab.networkLibrary() }
        let machine = try PowerLossMachine(lab, variables: variables)
        try await scenario.prepare(machine)
        let before = try await machine.records()
        let holder = scenario.isStoreHeld ? try await StoreHolder(machine) : nil
        let image = try DiskImage(of: machine.home)
        let trace = try await machine.trace(scenario)
        let history = DiskHistory(from: image, trace.operations)
        var generator = SeededRandom(seed: 0)
        let rebuilt = CrashModel.processDeath.image(
            of: history, after: trace.operations.count, &generator)
        let differences = rebuilt.differences(from: try DiskImage(of: machine.home))
        try #require(differences.isEmpty, "the trace is incomplete: \(differences)")
        holder?.release()
        return Recording(
            scenario: scenario, lab: lab, variables: variables, image: image,
            operations: trace.operations, history: history, marks: trace.marks, before: before,
            after: try await machine.records())
    }

    /// The recording of a program that differs in these operations and marks.
    func changed(
        _ operations: (DiskOperation) -> DiskOperation = { $0 },
        marks: (Mark) -> Mark? = { $0 }
    ) -> Recording {
        let changed = self.operations.map(operations)
        return Recording(
            scenario: scenario, lab: lab, variables: variables, image: image, operations: changed,
            history: DiskHistory(from: image, changed), marks: self.marks.compactMap(marks),
            before: before, after: after)
    }

    var syncs: [DiskOperation] { operations.filter(\.isSync) }

    /// Whether a command had ended with exit code 0 after so many operations.
    func hasEnded(_ command: Int, after count: Int) -> Bool {
        seen("status.\(command)", after: count) == "0\n"
    }

    /// What was in a file of the marks after so many operations; nil if nothing was.
    func seen(_ file: String, after count: Int) -> String? {
        let parts = marks.filter { $0.kind == .seen(file: file) && $0.position <= count }
        return parts.isEmpty ? nil : parts.map(\.text).joined()
    }

    /// The position at which a command's first byte leaves for the engine or over the network; nil for
    /// concurrent commands, whose bytes cannot be told apart.
    func departure(of command: Int) -> Int? {
        guard !scenario.isConcurrent else { return nil }
        let begun =
            command == 0
            ? marks[...]
            : marks[(marks.firstIndex { $0.kind == .seen(file: "status.\(command - 1)") } ?? 0)...]
        return begun.filter(\.leaves).map(\.position).min()
    }
}

extension PowerLossMachine {
    /// Runs the commands of a scenario, each of which ends with exit code 0.
    fileprivate func trace(_ scenario: PowerLossScenario) async throws -> Trace {
        let end = scenario.isConcurrent ? " &" : ""
        let lines = scenario.commands.enumerated().map { number, command in
            let words = filled(command).map { "'\($0)'" }.joined(separator: " ")
            let program = "'\(Build.product("enclavia"))' \(words)"
            return "{ \(program) >$MARKS/out.\(number) 2>$MARKS/err.\(number)"
                + "; echo $? >$MARKS/status.\(number); }\(end)"
        }
        let script = try write(lines.joined(separator: "\n") + "\nwait\n", to: "commands.sh")
        let file = "\(directory)/trace"
        var options = ["-f", "-qq", "-y", "-xx", "-s", "16777216", "-o", file]
        options += ["-e", "signal=none", "-e", "trace=\(Trace.calls)"]
        if let fault = scenario.fault { options += ["-e", "inject=\(fault)"] }
        let run = try await Run.program(
            "strace", options + ["sh", script], environment: environment, directory: directory)
        try #require(run.status == 0, "\(run.err)")
        let places = Trace.Places(home: home, marks: marks, engine: lab.client)
        let trace = try Trace(Array(try Data(contentsOf: URL(filePath: file))), places)
        for number in scenario.commands.indices {
            let status = try String(contentsOfFile: "\(marks)/status.\(number)", encoding: .utf8)
            let words = try String(contentsOfFile: "\(marks)/err.\(number)", encoding: .utf8)
            try #require(status == "0\n", "\(scenario.commands[number]): \(words)")
        }
        return trace
    }
}

/// A process that holds the store for writing.
private final class StoreHolder {
    private let process = Process()
    private let input = Pipe()

    init(_ machine: PowerLossMachine) async throws {
        let sign = "\(machine.directory)/held"
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            "exec sqlite3 '\(machine.database)' 'BEGIN IMMEDIATE' '.shell touch \(sign); cat'",
        ]
        process.standardInput = input
        try process.run()
        let isHeld = try await eventually { FileManager.default.fileExists(atPath: sign) }
        try #require(isHeld, "no process holds the store")
    }

    /// Rolls back, and waits for the end of the process.
    func release() {
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }
}
