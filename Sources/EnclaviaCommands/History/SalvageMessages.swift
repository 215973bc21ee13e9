import EnclaviaCore

extension SalvageSummary {
    /// How many ranges of events are listed.
    private static let limit = 50

    /// How the new file becomes the history.
    static let advice =
        "to use it, move history.db, history.db-wal and history.db-shm elsewhere together, then name this file"
        + " history.db: see \"After damage\" in enclavia-history(5)"

    /// What was lost or differed, one line each.
    var findings: [String] {
        let ranges = mark?.lost ?? []
        var lines = ranges.prefix(Self.limit).compactMap { range in
            guard let first = range.first, let last = range.last else { return nil as String? }
            return first == last ? "lost: event \(first)" : "lost: events \(first) to \(last)"
        }
        if ranges.count > Self.limit {
            lines.append("lost: and \(ranges.count - Self.limit) more ranges of events")
        }
        if let mark {
            if mark.isEndUnknown {
                lines.append("lost: there may have been later events, which cannot be known")
            }
            if mark.unprovenEvents > 0 {
                lines.append(
                    "unproven: \(MessageText.events(mark.unprovenEvents)) after event"
                        + " \(mark.sequence) could be read, but not be kept in the chain")
            }
            if mark.pushes > 0 {
                lines.append(
                    "unproven: \(MessageText.count(mark.pushes, "record was", "records were")) imported"
                )
            }
            if !mark.formerChains.isEmpty {
                let count = MessageText.count(mark.formerChains.count, "salvage", "salvages")
                lines.append("unproven: what an earlier \(count) said about lost events")
            }
            lines += mark.blanked.map { range in
                "lost: the record of the prune of events \(range.first ?? 0) to \(range.last ?? 0)"
            }.prefix(Self.limit)
        }
        lines += Self.lines(lostPushes) { "lost: the newest record of push \($0)" }
        lines += Self.lines(pendingPushes) {
            "pending: the backend was not notified of push \($0): `enclavia notify \($0)` resends it"
        }
        lines += Self.lines(changedPushes) {
            "changed: the row of push \($0) differed from its events, which were kept"
        }
        return lines
    }

    private static func lines(
        _ pushes: SalvagedPushes, _ line: (String) -> String
    ) -> [String] {
        let rest = pushes.count - pushes.listed.count
        return pushes.listed.map { line($0.text) } + (rest > 0 ? ["and \(rest) more pushes"] : [])
    }
}

extension ErrorMessages {
    package static func explain(_ error: SalvageError) -> UserError {
        switch error {
        case .missing(let path):
            return UserError(.fileNotFound, "\(path.printable) does not exist")
        case .unreadable(let path, let reason):
            return UserError(
                .fileUnreadable, "\(path.printable) cannot be read: \(reason.printable)")
        case .changing(let path):
            return UserError(
                .store, "\(path.printable) is being written: nothing was salvaged",
                hint: "wait until no command uses it, then try again")
        case .nothing(let path):
            return UserError(
                .data,
                "\(path.printable) contains no event of an enclavia history: nothing was salvaged")
        case .differs(let path, let report):
            let first = report.difference.map { sentence($0, of: nil) } ?? "it differs"
            return UserError(
                .error, "what was read of \(path.printable) does not verify: \(first)",
                hint: "this is a bug in enclavia: please report it")
        case .exists(let path):
            return UserError(
                .usage, "\(path.printable) exists: name a new file, since a salvage replaces none")
        case .reserved(let path):
            return reserved(path)
        case .busy(let path):
            return UserError(.output, "another command is writing \(path.printable): try again")
        case .target(let error):
            return UserError(.output, "\(unwritable(error)): nothing was salvaged")
        case .store(let error):
            return explain(error)
        }
    }
}
