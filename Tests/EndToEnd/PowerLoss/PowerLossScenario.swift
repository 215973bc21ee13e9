import Foundation
import TestSupport
import Testing

/// Commands that a loss of power interrupts, and the state before them.
struct PowerLossScenario: Sendable, CustomStringConvertible {
    let name: String
    /// Runs before the recording; its changes are completely on the disk.
    var prepare: @Sendable (PowerLossMachine) async throws -> Void = { _ in }
    /// Run one after the other; `~` is the home.
    let commands: [[String]]
    /// Whether they run at the same time.
    var isConcurrent = false
    var variables: [String: String] = [:]
    /// A fault that strace injects into the commands while it records them.
    var fault: String?
    /// Whether another process holds the store while the commands run.
    var isStoreHeld = false
    var isOnNetwork = false
    /// Destinations of pushes that had arrived before, and must be recorded as succeeded after the recovery.
    var owed: [String] = []
    /// Whether running an interrupted command again completes it.
    var isCompletedByRepeating = false
    /// Whether it takes too long for the short round.
    var isLong = false
    /// The most fsyncs that the commands may make; nil if they are not counted.
    var mostSyncs: Int?

    var description: String { name }

    /// The destinations of the commands that push, by the numbers of the commands.
    var destinations: [Int: String] {
        var destinations: [Int: String] = [:]
        for (number, command) in commands.enumerated() where command[0] == "push" {
            destinations[number] = command[2]
        }
        return destinations
    }

    static let all = [
        PowerLossScenario(
            name: "the first push in an empty home", commands: [["push", "a:1", "app:v1"]],
            mostSyncs: 21),
        PowerLossScenario(
            name: "a push onto a store", prepare: { try await $0.push("old1", "old2") },
            commands: [["push", "a:1", "app:v1", "--digest-file", "~/digest"]], mostSyncs: 8),
        PowerLossScenario(
            name: "a push with the event log elsewhere",
            prepare: { try await $0.push("old1") }, commands: [["push", "a:1", "app:v1"]],
            variables: ["ENCLAVIA_EVENT_LOG": "~/logs/enclavia/pushes.jsonl"]),
        PowerLossScenario(
            name: "a push whose store cannot be written", prepare: { try await $0.push("old1") },
            commands: [["push", "a:1", "app:v1"]], fault: "pwrite64:error=EIO"),
        PowerLossScenario(
            name: "a push whose store is held by another process",
            prepare: { try await $0.push("old1") }, commands: [["push", "a:1", "app:v1"]],
            isStoreHeld: true, isLong: true),
        PowerLossScenario(
            name: "a push that imports the spool",
            prepare: {
                try await $0.push("old1")
                try await $0.spool("spooled")
            }, commands: [["push", "a:1", "app:v1"]], owed: ["app:spooled"]),
        PowerLossScenario(
            name: "an import", prepare: { try await $0.export(records: 60) },
            commands: [["history", "import", "~/import.jsonl"]], isCompletedByRepeating: true),
        PowerLossScenario(
            name: "a prune", prepare: { for _ in 0..<3 { try await $0.push("old1", "old2") } },
            commands: [["history", "prune", "--before", "2099-01-01", "--yes"]]),
        PowerLossScenario(
            name: "a reconciliation after a push was killed",
            prepare: {
                try await $0.push("old1")
                _ = try await $0.enclavia(["push", "a:1", "app:killed"])
            }, commands: [["history", "reconcile"]], owed: ["app:killed"]),
        PowerLossScenario(
            name: "a push onto a store on a network file system",
            prepare: { try await $0.push("old1", "old2") },
            commands: [["push", "a:1", "app:v1"]], isOnNetwork: true),
        PowerLossScenario(
            name: "the first push on a network file system",
            commands: [["push", "a:1", "app:v1"]], isOnNetwork: true, isLong: true),
        PowerLossScenario(
            name: "two first pushes at once",
            commands: [["push", "a:1", "app:v1"], ["push", "a:1", "app:v2"]], isConcurrent: true,
            isLong: true),
        PowerLossScenario(
            name: "pushes during which the write-ahead log is emptied",
            prepare: { for number in 1...6 { try await $0.push("old\(number)") } },
            commands: (1...4).map { ["push", "a:1", "app:v\($0)"] }, isLong: true),
    ]
}

extension PowerLossMachine {
    fileprivate func push(_ tags: String...) async throws {
        for tag in tags { try await prepare("push", "a:1", "app:\(tag)") }
    }

    /// Leaves a push in the spool, as a push does whose store fails.
    fileprivate func spool(_ tag: String) async throws {
        let run = try await Run.program(
            "strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64"]
                + ["-e", "inject=pwrite64:error=EIO", Build.product("enclavia")]
                + ["push", "a:1", "app:\(tag)"],
            environment: environment, directory: directory)
        try #require(run.status == 0 && run.err.contains("spool"), "\(run.err)")
    }

    /// Leaves a file with records of another machine in the home.
    fileprivate func export(records count: Int) async throws {
        try await push("old1")
        let line = Data(try await prepare("history", "export").utf8)
        var record = try #require(
            try JSONSerialization.jsonObject(with: line) as? [String: Any])
        var context = try #require(record["context"] as? [String: Any])
        context["host"] = "elsewhere"
        record["context"] = context
        var lines = ""
        for number in 0..<count {
            record["id"] = "01990000-0000-7000-8000-\(String(format: "%012x", number))"
            let data = try JSONSerialization.data(withJSONObject: record)
            lines += String(decoding: data, as: UTF8.self) + "\n"
        }
        try write(lines, to: "home/import.jsonl")
    }
}
