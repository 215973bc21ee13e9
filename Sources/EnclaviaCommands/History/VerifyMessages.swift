import EnclaviaCore
import EnclaviaSystem

extension VerifyReport {
    /// The exit code: what is unproven is not intact.
    package var status: ExitStatus { isIntact == true ? .done : .negative }

    /// What the history was found to be, and what that vouches for.
    ///
    /// - Parameters:
    ///   - out: where the lines go, for their colour.
    ///   - zone: of the times.
    package func lines(on out: StreamTraits, in zone: LocalZone) -> [String] {
        guard differences.isEmpty else { return differing(on: out) }
        let word =
            newerSchema == nil ? out.paint("intact:", .green) : out.paint("unproven:", .yellow)
        return ["\(word) \(extent(in: zone))"] + origins + end
    }

    private func differing(on out: StreamTraits) -> [String] {
        let count = Words.count(differences.count, "difference", "differences")
        let rest = differences.count - differences.listed.count
        return ["\(out.paint("differs:", .red)) \(count) in \(Words.shown(path, limit: 4096))"]
            + differences.listed.map { Words.sentence($0, of: push(of: $0)) }
            + (rest > 0 ? ["and \(rest) more"] : [])
    }

    /// How many events there are, and since when.
    private func extent(in zone: LocalZone) -> String {
        guard events > 0 else { return "no events yet" }
        let oldest = oldest.map { zone.civilTime(at: $0).minuteText }
        guard pruned > 0 else {
            return Words.events(events) + (oldest.map { " since \($0)" } ?? "")
        }
        return "\(Words.events(events)), \(pruned) of them pruned"
            + (oldest.map { "; the oldest that is left is of \($0)" } ?? "")
    }

    /// Whose the pushes are.
    private var origins: [String] {
        guard pushes > 0 else { return [] }
        guard let imported else { return [Words.pushes(pushes)] }
        let made = pushes - imported
        let unproven = "(what their files said cannot be checked here)"
        return [
            imported == 0
                ? "\(Words.pushes(made)) made here"
                : made == 0
                    ? "\(Words.pushes(imported)) imported \(unproven)"
                    : "\(Words.pushes(made)) made here; \(imported) imported \(unproven)"
        ]
    }

    /// The head, and what it is for.
    private var end: [String] {
        guard let head else { return [] }
        return [
            "head: \(head)",
            notedSequence.map {
                "the head noted elsewhere is event \($0): the history up to there is as it was then"
            } ?? "note it elsewhere; `enclavia history verify --head HASH` checks it later",
        ]
    }

    /// What is said of a history that cannot be proven, on standard error.
    var remark: String? {
        guard differences.isEmpty else { return nil }
        return newerSchema.map { version in
            "a newer version of enclavia made this store (schema \(version)): the chain holds, and the"
                + " tables could not be compared with it: verify with that version"
        }
    }

    /// The id of the push that a difference is of.
    func push(of difference: VerifyDifference) -> String? {
        difference.pushID ?? difference.sequence.flatMap { pushIDs[$0] }
    }
}

extension Words {
    /// - Parameter push: the id of the push that it is of, where it is of one.
    static func sentence(_ difference: VerifyDifference, of push: String?) -> String {
        let event =
            difference.sequence.map { sequence in
                "event \(sequence)" + (push.map { " of push \(short($0))" } ?? "")
            } ?? ""
        return switch difference {
        case .sequence(let expected, _):
            "\(event) stands where event \(expected) should: an event was taken out, put in or moved"
        case .data: "\(event) was edited: its text is not the one that was hashed"
        case .chain: "\(event) does not follow from the event before it"
        case .place: "\(event) names another place in the chain than it has"
        case .source: "\(event) names another source than the chain of this history"
        case .blank: "\(event) was blanked, and no prune says so"
        case .prune(_, let detail): "the prune of \(event) is not what it says: \(shown(detail))"
        case .unreadable(_, let detail): "\(event) is no event: \(shown(detail))"
        case .reference(let sequence, let push, let found, let expected):
            "push \(short(push)): reference: event \(sequence) has \(value(found)), the events before it"
                + " say \(value(expected))"
        case .projection(let table, let key, let column, let field):
            sentence(table: table, key: key, column: column, field)
        case .schema(let object):
            "the schema's \(shown(object)) is not what enclavia makes it: it was taken out, changed or"
                + " put in"
        case .integrity(let detail):
            "SQLite finds the file damaged: \(shown(detail))"
        case .head(let noted):
            "no event has the hash \(shown(noted)) that was noted elsewhere: events are missing, or"
                + " were rewritten"
        }
    }

    private static func sentence(
        table: String, key: String, column: String?, _ field: DifferingField?
    ) -> String {
        let isPush = ["push", "push_json"].contains(table)
        let row = isPush ? "push \(short(key))" : "\(shown(table)) \(shown(key))"
        guard let field else {
            return column.map { column in
                "\(row): the table \(shown(table)) says something else than the events: \(shown(column))"
            } ?? "the table \(shown(table)) has a row too many or too few: \(shown(key))"
        }
        let source = isPush ? "the events say" : "the pushes say"
        guard let name = field.name else {
            return field.found == nil
                ? "\(row): \(source) that there is one, and the table \(shown(table)) has none"
                : "\(row): the table \(shown(table)) has it, and \(source) that there is none"
        }
        return "\(row): \(shown(name)): the table has \(value(field.found)), \(source)"
            + " \(value(field.expected))"
    }

    /// A value on a screen: long enough for a digest.
    private static func value(_ text: String?) -> String {
        text.map { $0.isEmpty ? "\"\"" : shown($0, limit: 100) } ?? "nothing"
    }

    /// The end of a push's id, as tables print it.
    private static func short(_ id: String) -> String { shown(id.suffix(8)) }
}
