import Foundation
import TestSupport

/// Something that must hold after a loss of power, and does not.
struct Problem: Error, Hashable {
    /// The same text for all problems of a kind.
    let kind: String
    let detail: String

    init(_ kind: String, _ detail: String = "") {
        self.kind = kind
        self.detail = detail
    }
}

/// Compares the disk after a loss of power with what the program had promised by then.
struct LossCheck {
    let loss: PowerLoss
    let machine: PowerLossMachine
    private(set) var problems: [Problem] = []

    var recording: Recording { loss.recording }
    var position: Int { loss.position }

    /// - Returns: the broken promises.
    static func problems(of loss: PowerLoss) async throws -> [Problem] {
        var check = LossCheck(loss: loss, machine: try loss.machine())
        check.checkDigestFile()
        let found = try await check.read("after the loss")
        let status = try await check.machine.enclavia(["status", "--json"])
        check.expect(
            status.status == 0, "`status --json` fails", "exit \(status.status): \(status.err)")
        check.checkRecords(found, isSpooled: try check.spool.isEmpty == false)
        await check.runNextCommands()
        try await check.repeatCommands()
        try await check.checkEnd(found)
        return check.problems
    }

    mutating func expect(_ holds: Bool, _ kind: String, _ detail: String = "") {
        if !holds { problems.append(Problem(kind, detail)) }
    }

    func words(_ record: PushFacts?) -> String {
        record.map(\.description) ?? "no record"
    }

    /// The names in the spool.
    private var spool: [String] {
        get throws {
            let folder = "\(machine.state)/spool"
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }
    }

    /// Runs the commands that read the history.
    private mutating func read(_ moment: String) async throws -> [PushFacts] {
        let history = try await machine.enclavia(["history", "--json"])
        let verify = try await machine.enclavia(["history", "verify"])
        expect(
            verify.status == 0, "`history verify` fails \(moment)",
            "exit \(verify.status): \(verify.out)\(verify.err)")
        do {
            return try PushFacts.read(history)
        } catch {
            expect(false, "`history --json` fails \(moment)", "\(history.err)")
            return []
        }
    }

    /// Runs the next commands, which recover from the loss.
    private mutating func runNextCommands() async {
        let push = ["push", "a:1", "app:next"]
        let reconcile = ["history", "reconcile"]
        var words = ""
        for command in loss.reconcilesFirst ? [reconcile, push] : [push, reconcile] {
            do {
                let run = try await machine.enclavia(command)
                words += run.err
                expect(
                    run.status == 0, "a later `\(command[0])` fails",
                    "exit \(run.status): \(run.err)")
            } catch {
                expect(false, "a later `\(command[0])` fails", "\(error)")
            }
        }
        let left = (try? spool) ?? []
        let isDamaged = left.contains { $0.hasSuffix(".damaged") }
        expect(
            left.allSatisfy { $0.hasSuffix(".damaged") }, "the spool is not imported",
            left.joined(separator: " "))
        expect(
            !isDamaged || words.contains("warning: "),
            "a damaged spool file is set aside without a warning")
    }

    /// Runs interrupted commands again, if that is how to complete them.
    private mutating func repeatCommands() async throws {
        guard recording.scenario.isCompletedByRepeating else { return }
        for command in recording.scenario.commands {
            let run = try await machine.enclavia(command)
            expect(run.status == 0, "a repeated command fails", "exit \(run.status): \(run.err)")
        }
        let records = Set(try await machine.records().map(\.id))
        let missing = recording.after.filter { !records.contains($0.id) }
        expect(
            missing.isEmpty, "a repeated command does not complete the interrupted one",
            "\(missing.count) of \(recording.after.count) are missing")
    }

    private mutating func checkEnd(_ found: [PushFacts]) async throws {
        let records = try await read("after the next push")
        let destinations = Set(records.map(\.destination))
        expect(destinations.contains("app:next"), "the next push is not recorded")
        let lost = Set(found.map(\.id)).subtracting(records.map(\.id))
        expect(lost.isEmpty, "a later command lost a record", lost.joined(separator: " "))
        for (command, destination) in recording.scenario.destinations {
            let record = records.first { $0.destination == destination }
            guard let arrived = digest(of: command, after: position) else { continue }
            expect(
                record?.outcome == "succeeded" && record?.digest == arrived,
                "a push that had arrived is not resolved", words(record))
        }
        for destination in recording.scenario.owed {
            let record = records.first { $0.destination == destination }
            expect(
                record?.outcome == "succeeded", "an earlier push is not resolved", words(record))
        }
        problems += try await EventLogText(machine).problems(
            beside: machine, shipped: EventLogText(loss.shippedLog(at: machine.eventLogName)))
    }
}
