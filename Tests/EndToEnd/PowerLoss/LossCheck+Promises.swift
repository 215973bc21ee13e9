import Foundation

/// Checks of what the program had promised before the loss of power.
extension LossCheck {
    mutating func checkDigestFile() {
        let file = "\(machine.home)/digest"
        let command = recording.scenario.commands.firstIndex { $0.contains("~/digest") }
        guard let command else { return }
        let text = try? String(contentsOfFile: file, encoding: .utf8)
        let whole = digest(of: command, after: recording.operations.count).map { "\($0)\n" }
        expect(text == nil || text == whole, "a digest file is not whole", text ?? "")
        expect(
            text != nil || !recording.hasEnded(command, after: position),
            "a digest file is lost after exit code 0")
    }

    /// The digest of the image that a push had stored in the registry.
    func digest(of command: Int, after count: Int) -> String? {
        let tag = recording.scenario.destinations[command]?.split(separator: ":").last
        return recording.seen("arrived.\(tag ?? "")", after: count)
    }

    mutating func checkRecords(_ found: [PushFacts], isSpooled: Bool) {
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        let mayGo = Set(recording.before.map(\.id)).subtracting(recording.after.map(\.id))
        for old in recording.before where !mayGo.contains(old.id) {
            let revision = byID[old.id]?.revision ?? 0
            expect(revision >= old.revision, "an older push is lost", old.destination)
        }
        let isOver = recording.scenario.commands.indices.allSatisfy {
            recording.hasEnded($0, after: position)
        }
        if isOver {
            for last in recording.after {
                expect(
                    byID[last.id] == last, "the result of a command is lost after its exit code 0",
                    "\(words(byID[last.id])) instead of \(last)")
            }
            expect(
                mayGo.isDisjoint(with: byID.keys), "pruned pushes are back after exit code 0")
        }
        for (command, destination) in recording.scenario.destinations {
            let record = found.first { $0.destination == destination }
            checkPush(command, record, isSpooled: isSpooled)
        }
    }

    private mutating func checkPush(_ command: Int, _ record: PushFacts?, isSpooled: Bool) {
        let arrived = digest(of: command, after: position)
        if record?.outcome == "succeeded" {
            expect(
                arrived != nil && record?.digest == arrived,
                "a push that never arrived has succeeded", record?.digest ?? "no digest")
        }
        let left = recording.departure(of: command).map { $0 <= position } ?? false
        if left, record == nil, !isSpooled {
            expect(false, "a push whose first byte has left is not recorded")
        }
        let isPrinted = recording.seen("out.\(command)", after: position) != nil
        guard isPrinted, record != nil || !isSpooled else { return }
        expect(
            record?.outcome == "succeeded" && record?.digest == arrived,
            "a push whose digest was printed is not recorded", words(record))
        expect(
            record == nil || ["pending", "delivered"].contains(record?.notified),
            "no notification is due for a push whose digest was printed")
    }
}
