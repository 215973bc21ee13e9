import EnclaviaCore

/// The values of pushes as texts of a report, in which digests, commits and ids are short but unique.
struct ReportValues {
    /// The most Unicode scalars of a text from outside that a cell shows: a character may have very many.
    private static let limit = 200
    /// The text of a value that is not known.
    static let none: ReportText = "-"

    let zone: LocalZone
    /// Whether a push was imported, or pushes are from several hosts.
    let needsHost: Bool
    /// Whether pushes are to several registries.
    let needsRegistry: Bool
    private let lengths: HistoryLengths

    /// - Parameter pushes: all that the report shows.
    init(_ pushes: [PushJSON], in zone: LocalZone) {
        var measured = HistoryMeasure(isWhole: false)
        for push in pushes { measured.add(HistoryRow(push, at: push.startedAt, in: zone)) }
        self.zone = zone
        needsHost = measured.needsHost
        needsRegistry = measured.needsRegistry
        lengths = measured.needs().lengths
    }

    func number(_ value: Int) -> ReportText { ReportText([.own("\(value)")]) }

    /// A text from outside, whose end is cut off if it is very long.
    func outside(_ text: String?) -> ReportText {
        guard let text, !text.isEmpty else { return Self.none }
        let scalars = text.unicodeScalars
        guard
            let end = scalars.index(
                scalars.startIndex, offsetBy: Self.limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return ReportText([.outside(text)]) }
        return ReportText([.outside(String(scalars[..<end]) + "…")])
    }

    func code(_ text: String?) -> ReportText {
        guard let text, !text.isEmpty else { return Self.none }
        return ReportText([.code(text)])
    }

    /// A local time with its offset.
    func moment(_ moment: Timestamp?) -> ReportText {
        moment.map { ReportText([.own(zone.text(at: $0))]) } ?? Self.none
    }

    func digits(_ digest: Digest?) -> String? {
        digest.map { String($0.hex.prefix(lengths.digest)) }
    }

    func digest(_ digest: Digest?) -> ReportText { code(digits(digest)) }

    func commit(_ commit: String?) -> ReportText {
        code(commit.map { String($0.prefix(lengths.commit)) })
    }

    func id(_ id: PushID) -> String { String(id.text.suffix(lengths.id)) }

    func reference(_ push: PushJSON) -> ReportText {
        code(needsRegistry ? push.reference ?? push.destination : PushSummary(push).reference)
    }

    /// A full reference, without the registry where all have the same.
    func reference(_ reference: String) -> String {
        needsRegistry ? reference : path(of: reference)
    }

    /// A full reference or name of a repository without the registry.
    func path(of name: String) -> String {
        name.firstIndex(of: "/").map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// What became of the push: `moved from 9cf94bc1e31e`, `failed: no local image "mapp"`.
    func result(_ push: PushJSON) -> ReportText {
        let word = PushSummary(push).result
        var parts = [ReportText.Part.mark(word, push.outcome.tone)]
        if push.outcome == .succeeded, push.tagChange == .moved,
            let previous = digits(push.previousDigest)
        {
            parts += [.own(" from "), .code(previous)]
        } else if push.outcome == .failed, let failure = push.failure {
            parts += [.own(": ")] + outside(failure.phrase(localImage: push.localImage)).parts
        }
        return ReportText(parts)
    }

    /// Whether the backend was told.
    func backend(_ push: PushJSON) -> ReportText {
        guard let outcome = push.notify.outcome else { return Self.none }
        return ReportText([.mark(outcome.shortText, outcome.tone)])
    }

    /// The run of the CI service, linked to its page.
    func run(_ push: PushJSON) -> ReportText {
        guard let address = push.context.ciRunURL else { return Self.none }
        return ReportText([.link(push.context.ciProvider ?? "run", address: address)])
    }

    /// A part of the whole as a percentage, rounded down: 100 % is all of them.
    static func percent(_ rate: Double?) -> String? {
        guard let rate else { return nil }
        let tenths = Int(rate * 1000)
        return (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " %"
    }
}

extension PushOutcome {
    var tone: ReportTone {
        switch self {
        case .succeeded: .good
        case .failed: .bad
        case .running, .interrupted: .waiting
        case .cancelled: .neutral
        }
    }
}

extension NotifyOutcome {
    var tone: ReportTone {
        switch self {
        case .delivered: .good
        case .failed: .bad
        case .pending: .waiting
        case .skipped: .neutral
        }
    }
}

extension ReportTable {
    /// Without the columns in which no row has a value, if there are rows.
    var withoutEmptyColumns: ReportTable {
        guard !rows.isEmpty else { return self }
        let kept = columns.indices.filter { column in
            rows.contains { $0[column] != ReportValues.none }
        }
        return ReportTable(
            caption: caption, columns: kept.map { columns[$0] },
            rows: rows.map { row in kept.map { row[$0] } }, note: note)
    }
}

extension ReportFilters {
    /// What a table leaves out, and how to get it.
    ///
    /// - Parameters:
    ///   - rest: the number of what is left out; 0 for no note.
    ///   - way: `nil` where there is none.
    func note(_ rest: Int, _ one: String, _ many: String, then way: ReportText?) -> ReportText? {
        guard rest > 0 else { return nil }
        let verbs = MessageText.count(rest, "\(one) is", "\(many) are")
        let parts = way.map { [.own(" ")] + $0.parts } ?? []
        return ReportText([.own("\(verbs) not shown.")] + parts)
    }

    /// The command that prints all of something.
    ///
    /// - Parameters:
    ///   - what: what it prints, in the plural.
    ///   - verb: the verb of `history`, and options that it needs besides the filters.
    ///   - replaced: the filters that `verb` has itself.
    /// - Returns: `nil` where a filter cannot be typed.
    func printing(
        _ what: String, _ verb: String, replacing replaced: Set<String> = []
    ) -> ReportText? {
        command(verb, replacing: replaced).map {
            ReportText([.own("\(what) are printed by: "), .code($0)])
        }
    }
}
