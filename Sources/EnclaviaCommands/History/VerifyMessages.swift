import EnclaviaCore
import EnclaviaSystem

extension VerifyReport {
    /// The exit code: what is unproven is not intact.
    package var status: ExitStatus { isIntact == true ? .done : .negative }

    /// The result of the check, and what it covers.
    ///
    /// - Parameters:
    ///   - out: where the lines go, for their colour.
    ///   - zone: of the times.
    package func lines(on out: TerminalCapabilities, in zone: LocalZone) -> [String] {
        guard differences.isEmpty else { return differing(on: out) }
        let word =
            newerSchema == nil ? out.styled("intact:", .green) : out.styled("unproven:", .yellow)
        return ["\(word) \(extent(in: zone))"] + origins + salvaged(on: out) + checkpointLines
            + end
    }

    private func differing(on out: TerminalCapabilities) -> [String] {
        let count = MessageText.count(differences.count, "difference", "differences")
        let rest = differences.count - differences.listed.count
        return ["\(out.styled("differs:", .red)) \(count) in \(path.printable(limit: 4096))"]
            + differences.listed.map { ErrorMessages.sentence($0, of: push(of: $0)) }
            + (rest > 0 ? ["and \(rest) more"] : [])
    }

    /// How many events there are, and since when.
    private func extent(in zone: LocalZone) -> String {
        guard events > 0 else { return "no events yet" }
        let oldest = oldest.map { zone.civilTime(at: $0).minuteText }
        guard pruned > 0 else {
            return MessageText.events(events) + (oldest.map { " since \($0)" } ?? "")
        }
        return "\(MessageText.events(events)), \(pruned) of them pruned"
            + (oldest.map { "; the oldest remaining event is from \($0)" } ?? "")
    }

    /// Where the history was salvaged, and what was lost there.
    private func salvaged(on out: TerminalCapabilities) -> [String] {
        salvages.flatMap { salvage in
            let data = salvage.data
            let count = Int(clamping: data.lostEvents)
            let lost =
                count > 0 || !data.isEndUnknown
                ? "\(MessageText.events(count)) lost" + (data.isEndUnknown ? " or more" : "")
                : "later events may be lost"
            let unproven =
                data.unprovenEvents > 0 ? ", \(data.unprovenEvents) no longer proven" : ""
            let begin = "\(out.styled("salvaged:", .yellow)) event \(salvage.sequence)"
            return [
                "\(begin) begins a new chain: \(lost)\(unproven)",
                "the chain before event \(salvage.sequence): \(data.chain ?? "unknown")",
            ]
        }
    }

    /// How many pushes were made here, and how many were imported.
    private var origins: [String] {
        guard pushes > 0 else { return [] }
        guard let imported else { return [MessageText.pushes(pushes)] }
        let made = pushes - imported
        let unproven = "(what their files said cannot be checked here)"
        return [
            imported == 0
                ? "\(MessageText.pushes(made)) made here"
                : made == 0
                    ? "\(MessageText.pushes(imported)) imported \(unproven)"
                    : "\(MessageText.pushes(made)) made here; \(imported) imported \(unproven)"
        ]
    }

    /// The head, and what it is for.
    private var end: [String] {
        guard let head else { return [] }
        return [
            "head: \(head)",
            notedSequence.map {
                "the head noted elsewhere is event \($0): the history up to that event is unchanged"
            } ?? "note it elsewhere; `enclavia history verify --head HASH` checks it later",
        ]
    }

    /// The note for standard error where the tables could not be compared, or could be made anew; `nil` otherwise.
    package var remark: String? {
        guard differences.isEmpty else { return rebuild }
        return newerSchema.map { version in
            "a newer version of enclavia created this history (schema \(version)): the chain is intact, but the"
                + " tables could not be compared: verify with that version"
        }
    }

    /// What helps where nothing but the tables differs.
    private var rebuild: String? {
        guard newerSchema == nil, differences.count == differences.listed.count,
            differences.listed.allSatisfy(\.isOfTables)
        else { return nil }
        return
            "no event differs: `enclavia history rebuild` shows what the tables would become, and asks before it"
            + " changes them"
    }

    /// The id of the push that a difference is of.
    func push(of difference: VerifyDifference) -> String? {
        difference.pushID ?? difference.sequence.flatMap { pushIDs[$0] }
    }
}

extension ErrorMessages {
    /// - Parameter push: the id of the push that differs; `nil` where no push does.
    static func sentence(_ difference: VerifyDifference, of push: String?) -> String {
        let event =
            difference.sequence.map { sequence in
                "event \(sequence)" + (push.map { " of push \(short($0))" } ?? "")
            } ?? ""
        return switch difference {
        case .sequence(let expected, _):
            "\(event) is in the place of event \(expected): an event was deleted, inserted or moved"
        case .data: "\(event) was edited: its text does not match its hash"
        case .chain: "\(event) does not follow from the event before it"
        case .place: "\(event) states a position in the chain that it does not have"
        case .source: "\(event) has a source that is not the chain of this history"
        case .blank: "\(event) was blanked, but no prune covers it"
        case .prune(_, let detail): "the prune in \(event) is not valid: \(detail.printable)"
        case .unreadable(_, let detail): "\(event) is not a valid event: \(detail.printable)"
        case .reference(let sequence, let push, let found, let expected):
            "push \(short(push)): reference: event \(sequence) has \(value(found)), but the events before it"
                + " have \(value(expected))"
        case .projection(let table, let key, let column, let field):
            sentence(table: table, key: key, column: column, field)
        case .schema(let object):
            "\(object.printable) in the schema is not what enclavia creates: it was deleted, changed or"
                + " added"
        case .integrity(let detail):
            "SQLite reports that the file is damaged: \(detail.printable)"
        case .checkpoint(let file, let difference): sentence(file, difference)
        case .head(let noted):
            "no event has the hash \(noted.printable) that was noted elsewhere: events are missing or"
                + " were rewritten"
        }
    }

    private static func sentence(
        table: String, key: String, column: String?, _ field: DifferingField?
    ) -> String {
        let isPush = ["push", "push_json"].contains(table)
        let row = isPush ? "push \(short(key))" : "\(table.printable) \(key.printable)"
        guard let field else {
            return column.map { column in
                "\(row): the table \(table.printable) does not match the events: \(column.printable)"
            } ?? "the table \(table.printable) has an extra or missing row: \(key.printable)"
        }
        let source = isPush ? "the events" : "the pushes"
        guard let name = field.name else {
            return field.found == nil
                ? "\(row): it is in \(source) but not in the table \(table.printable)"
                : "\(row): it is in the table \(table.printable) but not in \(source)"
        }
        return "\(row): \(name.printable): the table has \(value(field.found)), but \(source)"
            + " have \(value(field.expected))"
    }

    /// A value on a screen: long enough for a digest.
    static func value(_ text: String?) -> String {
        text.map { $0.isEmpty ? "\"\"" : $0.printable(limit: 100) } ?? "nothing"
    }

    /// The end of a push's id, as tables print it.
    private static func short(_ id: String) -> String { id.suffix(8).printable }
}
