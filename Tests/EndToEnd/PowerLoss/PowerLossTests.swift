import Foundation
import TestSupport
import Testing

/// A loss of power at any operation of a command: the test builds the disk as it may be then, and checks
/// that the next commands find what was promised.
///
/// `ENCLAVIA_SOAK_ROUNDS` is the number of losses for each scenario, and `ENCLAVIA_POWER_LOSS_SEED` the seed
/// of the random ones. A program does not do the same in every run, so the same seed may
/// give other disks: `ENCLAVIA_POWER_LOSS_KEEP` names a directory that keeps those on which a promise
/// is broken.
@Suite(.serialized)
struct PowerLossTests {
    private static let setting = ProcessInfo.processInfo.environment
    private static let count = max(10, Soak.rounds)
    private static let seed =
        setting["ENCLAVIA_POWER_LOSS_SEED"].flatMap { UInt64($0) }
        ?? (Soak.rounds > 0 ? UInt64(UInt32.random(in: 0 ... .max)) : 1)
    private static let scenarios = PowerLossScenario.all.filter {
        Soak.rounds > 0 || !$0.isLong
    }

    /// A problem, and the loss on which it showed.
    private struct Finding {
        let loss: PowerLoss
        let problem: Problem
    }

    @Test(arguments: scenarios.filter { !$0.isOnNetwork })
    func `what was promised before a loss of power holds after it`(
        _ scenario: PowerLossScenario
    ) async throws {
        try await check(scenario)
    }

    @Test(
        .enabled(if: PowerLossLab.hasCompiler, "there is no C compiler"),
        arguments: scenarios.filter(\.isOnNetwork))
    func `what was promised before a loss of power holds after it on a network file system`(
        _ scenario: PowerLossScenario
    ) async throws {
        try await check(scenario)
    }

    private func check(_ scenario: PowerLossScenario) async throws {
        let recording = try await Recording.make(scenario, try await PowerLossLab.shared.value)
        let losses = PowerLoss.choose(Self.count, of: recording, seed: Self.seed)
        let findings = try await Self.check(losses)
        print(
            "\(scenario): \(recording.operations.count) operations, \(recording.syncs.count) fsyncs,"
                + " \(losses.count) losses of power, \(findings.count) problems")
        if let most = scenario.mostSyncs {
            let list = recording.syncs.map(\.description).joined(separator: "\n")
            #expect(recording.syncs.count <= most, "more fsyncs than before:\n\(list)")
            // The event log is on the disk once the command has ended.
            // For a new log the fsync of its name follows.
            let last = recording.syncs.suffix(2).map(\.description)
            #expect(last.contains { $0.contains("events.jsonl") }, "\(list)")
        }
        for (kind, all) in Dictionary(grouping: findings, by: \.problem.kind).sorted(by: {
            $0.key < $1.key
        }) {
            Issue.record("\(Self.words(kind, all))")
        }
    }

    /// Checks two losses at a time.
    private static func check(_ losses: [PowerLoss]) async throws -> [Finding] {
        try await withThrowingTaskGroup(of: [Finding].self) { group in
            var findings: [Finding] = []
            for (number, loss) in losses.enumerated() {
                if number >= 2 { findings += try await group.next() ?? [] }
                group.addTask {
                    try await LossCheck.problems(of: loss).map {
                        Finding(loss: loss, problem: $0)
                    }
                }
            }
            for try await more in group { findings += more }
            return findings
        }
    }

    /// How often a kind of problem occurred under each model, and the earliest one of the simplest model.
    private static func words(_ kind: String, _ findings: [Finding]) -> String {
        let models = CrashModel.allCases.compactMap { model in
            let count = findings.filter { $0.loss.model == model }.count
            return count == 0 ? nil : "\(count) × \(model.rawValue)"
        }
        let order = { (finding: Finding) in
            (CrashModel.allCases.firstIndex(of: finding.loss.model) ?? 0, finding.loss.position)
        }
        guard let example = findings.min(by: { order($0) < order($1) }) else { return kind }
        let loss = example.loss
        let operations = loss.recording.operations
        let last = loss.position > 0 ? operations[loss.position - 1].description : "the beginning"
        var words = """
            \(kind) (\(models.joined(separator: ", ")))
            e.g. \(example.problem.detail)
            scenario: \(loss.recording.scenario), model: \(loss.model.rawValue), seed: \(seed)
            after operation \(loss.position) of \(operations.count): \(last)
            """
        if let kept = keep(loss, kind) { words += "\nkept in \(kept)" }
        return words
    }

    /// Writes the disk of a loss where it can be looked at.
    private static func keep(_ loss: PowerLoss, _ kind: String) -> String? {
        guard let root = setting["ENCLAVIA_POWER_LOSS_KEEP"] else { return nil }
        let name = "\(loss.recording.scenario) \(kind)".map { $0.isLetter ? $0 : "-" }
        let folder = "\(root)/\(String(name))-\(loss.position)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try loss.image.write(to: folder)
            return folder
        } catch {
            return "\(folder), but: \(error)"
        }
    }
}
