import EnclaviaCore
import GRDB

/// Compares the blanked events with the `pruned` events: each blanked event belongs to one later prune, and each
/// prune lists what it has blanked. A salvaged event covers those whose prune was lost.
struct PruneCheck {
    let db: Database
    /// The events without a text.
    let blanks: SequenceRanges
    /// The salvaged events, which have been checked.
    let salvages: [VerifyReport.Salvage]

    /// - Returns: the first difference.
    func run() throws -> VerifyDifference? {
        let marks = try RawStatement(
            db, "SELECT seq, data FROM event WHERE type = ? AND data IS NOT NULL ORDER BY seq")
        marks.bind(EventType.historyPruned.rawValue, at: 1)
        var covered: [ClosedRange<Int64>] = []
        while try marks.step() {
            let sequence = marks.integer(0)
            switch read(Array(marks.bytes(1)), at: sequence) {
            case .failure(let fault): return .prune(sequence: sequence, detail: fault.detail)
            case .success(let ranges): covered += ranges
            }
        }
        for salvage in salvages {
            let ranges = SequenceRanges(pairs: salvage.data.blanked)?.ranges ?? []
            guard ranges.allSatisfy(blanks.contains) else {
                return .prune(
                    sequence: salvage.sequence, detail: "it covers an event that is not pruned")
            }
            covered += ranges
        }
        covered.sort { $0.lowerBound < $1.lowerBound }
        for (first, second) in zip(covered, covered.dropFirst())
        where first.upperBound >= second.lowerBound {
            return .prune(
                sequence: second.lowerBound, detail: "two prunes cover the same event")
        }
        return blanks.first(notIn: SequenceRanges(covered)).map { .blank(sequence: $0) }
    }

    private struct Fault: Error {
        let detail: String
    }

    /// The ranges of a prune, if they are valid.
    private func read(
        _ text: [UInt8], at sequence: Int64
    ) -> Result<[ClosedRange<Int64>], Fault> {
        guard let event = try? JSONText.decode(CloudEvent.self, fromBytes: text).event,
            case .pruned(let mark) = event.subject
        else { return .failure(Fault(detail: "its text is not that of a prune")) }
        var ranges: [ClosedRange<Int64>] = []
        for pair in mark.ranges {
            guard pair.count == 2, pair[0] > 0, pair[0] <= pair[1],
                pair[0] > ranges.last?.upperBound ?? 0
            else {
                return .failure(Fault(detail: "its ranges are not pairs of numbers in order"))
            }
            guard pair[1] < sequence else {
                return .failure(Fault(detail: "it covers events that came after it"))
            }
            ranges.append(pair[0]...pair[1])
        }
        guard ranges.allSatisfy(blanks.contains) else {
            return .failure(Fault(detail: "it covers an event that is not pruned"))
        }
        guard SequenceRanges(ranges).count == mark.events, mark.pushes > 0,
            mark.pushes <= mark.events
        else { return .failure(Fault(detail: "its counts do not match its ranges")) }
        guard mark.before <= event.time else {
            return .failure(Fault(detail: "its time is before the time that it pruned up to"))
        }
        return .success(ranges)
    }
}
