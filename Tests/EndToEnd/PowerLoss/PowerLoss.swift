import Foundation
import TestSupport

/// One loss of power: when it came, and what it left.
struct PowerLoss: Sendable {
    let recording: Recording
    /// The number of operations that were done.
    let position: Int
    let model: CrashModel
    let image: DiskImage
    /// The content of SQLite's shared memory, which may be written in part; nil if nothing was written.
    let sharedMemory: [UInt8]?
    /// Whether the history is reconciled before the next push.
    let reconcilesFirst: Bool

    init(
        _ recording: Recording, _ model: CrashModel, after position: Int,
        _ generator: inout SeededRandom
    ) {
        self.recording = recording
        self.position = position
        self.model = model
        image = model.image(of: recording.history, after: position, &generator)
        let isGarbage = !model.isCertain && generator.roll(3) == 0
        sharedMemory = isGarbage ? (0..<32768).map { _ in UInt8(generator.roll(256)) } : nil
        reconcilesFirst = generator.roll(2) == 0
    }

    /// The machine after the loss.
    func machine() throws -> PowerLossMachine {
        let machine = try PowerLossMachine(
            recording.lab, image: image, variables: recording.variables)
        let name = ".local/state/enclavia/history.db"
        if let sharedMemory, image.entries["\(name)-wal"] != nil {
            try Data(sharedMemory).write(to: URL(filePath: "\(machine.home)/\(name)-shm"))
        }
        return machine
    }

    /// The event log just before the loss, when everything written to it was readable.
    func shippedLog(at path: String) -> [UInt8] {
        let history = recording.history
        guard let file = history.names(after: position)[path] else { return [] }
        return history.content(of: file, after: position)
    }

    /// Losses to check: the most important ones, and then random ones.
    ///
    /// - Parameters:
    ///   - count: how many at most.
    ///   - seed: the same seed and the same operations give the same losses.
    static func choose(_ count: Int, of recording: Recording, seed: UInt64) -> [PowerLoss] {
        var generator = SeededRandom(seed: seed)
        let operations = recording.operations
        var wanted = decisive(recording, &generator).prefix(count / 2)
        // Where something other than a file's content changes; losses between two writes are chosen less often.
        let turns = (0...operations.count).filter { index in
            index == 0 || index == operations.count || !operations[index - 1].isWrite
                || !operations[index].isWrite
        }
        var losses: [PowerLoss] = []
        var seen: Set<String> = []
        for _ in 0..<(8 * count) where losses.count < count {
            let isAnywhere = generator.roll(10) < 3
            let (model, position) =
                wanted.popFirst() ?? (
                    generator.pick(Self.weights),
                    isAnywhere ? generator.roll(operations.count + 1) : generator.pick(turns)
                )
            if model.isCertain, !seen.insert("\(model) \(position)").inserted { continue }
            losses.append(PowerLoss(recording, model, after: position, &generator))
        }
        return losses
    }

    /// Losses of the strictest models at the points where a promise begins to hold: the end, the first byte
    /// that leaves, and everything that was visible from outside.
    private static func decisive(
        _ recording: Recording, _ generator: inout SeededRandom
    ) -> [(CrashModel, Int)] {
        let models = [CrashModel.syncedOnly, .journalOnly]
        let departures = recording.scenario.commands.indices.compactMap(recording.departure)
        let seen = recording.marks.filter {
            if case .seen(let file) = $0.kind { !file.hasPrefix("err.") } else { false }
        }
        return models.map { ($0, recording.operations.count) }
            + departures.map { (.syncedOnly, $0) }
            + Set(seen.map(\.position)).sorted().flatMap { position in
                models.map { ($0, position) }
            }.shuffled(using: &generator)
    }

    /// How often each model is chosen.
    private static let weights: [CrashModel] =
        [.processDeath, .syncedOnly, .journalOnly]
        + Array(repeating: .journalAndMore, count: 4) + Array(repeating: .anyOrder, count: 3)
}
