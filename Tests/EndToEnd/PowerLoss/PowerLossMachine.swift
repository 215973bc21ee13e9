import Foundation
import TestSupport
import Testing

/// A machine in the lab: a home on its disk, and a runtime directory that is empty after a loss of power.
struct PowerLossMachine: Sendable {
    let lab: PowerLossLab
    private let folder: Folder
    private let variables: [String: String]

    /// - Parameters:
    ///   - image: what is on the disk; nil for a new home with a login.
    ///   - variables: further variables of the environment; `~` stands for the home.
    init(_ lab: PowerLossLab, image: DiskImage? = nil, variables: [String: String] = [:]) throws {
        self.lab = lab
        folder = try Folder()
        for name in ["home", "runtime", "marks"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        }
        let home = "\(folder.path)/home"
        self.variables = variables.mapValues { $0.replacingOccurrences(of: "~", with: home) }
        if let image {
            try image.write(to: home)
        } else {
            let credentials = try String(
                contentsOfFile: lab.sandbox.credentialsFile, encoding: .utf8)
            try folder.write(credentials, to: "home/.config/enclavia/credentials.json")
        }
    }

    var home: String { "\(folder.path)/home" }
    var marks: String { "\(folder.path)/marks" }
    var directory: String { folder.path }
    var state: String { "\(home)/.local/state/enclavia" }
    var database: String { "\(state)/history.db" }
    var eventLog: String { variables["ENCLAVIA_EVENT_LOG"] ?? "\(state)/events.jsonl" }
    /// The path of the event log below the home.
    var eventLogName: String { String(eventLog.dropFirst(home.count + 1)) }

    var environment: [String: String] {
        lab.sandbox.environment.merging([
            "HOME": home, "XDG_CONFIG_HOME": "\(home)/.config",
            "XDG_STATE_HOME": "\(home)/.local/state", "XDG_RUNTIME_DIR": "\(folder.path)/runtime",
            "MARKS": marks, "ENCLAVIA_ENGINE": lab.client, "DOCKER_HOST": "tcp://127.0.0.1:1",
        ]) { $1 }.merging(variables) { $1 }
    }

    /// Runs the built `enclavia`, for at most a minute.
    func enclavia(_ arguments: [String]) async throws -> Run {
        try await Run.program(
            "timeout", ["-k", "5", "60", Build.product("enclavia")] + filled(arguments),
            environment: environment, directory: folder.path)
    }

    /// Runs it as part of a preparation, in which every command must succeed.
    @discardableResult
    func prepare(_ arguments: String...) async throws -> String {
        let run = try await enclavia(arguments)
        try #require(run.status == 0, "\(arguments): \(run.err)")
        return run.out
    }

    /// Arguments with the home for `~`.
    func filled(_ arguments: [String]) -> [String] {
        arguments.map { $0.replacingOccurrences(of: "~", with: home) }
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try folder.write(text, to: name)
    }

    /// The records of the history, newest first.
    func records() async throws -> [PushFacts] {
        try PushFacts.read(try await enclavia(["history", "--json"]))
    }
}

/// The fields of a record that a power loss must not change.
struct PushFacts: Equatable, Sendable, CustomStringConvertible {
    let id: String
    let destination: String
    let revision: Int
    let outcome: String
    let digest: String?
    let notified: String?

    var description: String {
        "\(destination) \(outcome), \(digest ?? "no digest"), notification \(notified ?? "none"),"
            + " revision \(revision)"
    }

    /// - Throws: where it is not the answer of `history --json`.
    static func read(_ run: Run) throws -> [PushFacts] {
        try #require(run.status == 0, "exit \(run.status): \(run.err)")
        let records = try #require(try run.json() as? [[String: Any]])
        return try records.map { record in
            PushFacts(
                id: try #require(record["id"] as? String),
                destination: try #require(record["destination"] as? String),
                revision: try #require(record["revision"] as? Int),
                outcome: try #require(record["outcome"] as? String),
                digest: record["digest"] as? String,
                notified: (record["notify"] as? [String: Any])?["outcome"] as? String)
        }
    }
}
