import EnclaviaCore

/// The filters of a report, as they were typed and as they were read.
package struct ReportFilters {
    /// An option and its value, as typed; a flag has none.
    package struct Option {
        let name: String
        let value: String?

        package init(_ name: String, _ value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    let query: HistoryQuery
    private let glob: String?
    private let options: [Option]
    private let zone: LocalZone

    /// The filters of a query that was made of these options; times are shown in `zone`.
    package init(
        _ glob: String? = nil, _ options: [Option], _ query: HistoryQuery, in zone: LocalZone
    ) {
        self.query = query
        self.glob = glob
        self.options = options
        self.zone = zone
    }

    init(_ glob: String?, _ filters: HistoryFilterOptions, _ context: CommandContext) throws {
        let query = try filters.query(glob: glob, context)
        let repeated: [(String, [String])] = [
            ("--repository", filters.repositories), ("--tag", filters.tags),
            ("--digest", filters.digests), ("--since", [filters.since].compactMap { $0 }),
            ("--until", [filters.until].compactMap { $0 }),
            ("--outcome", filters.outcomes.map(\.rawValue)),
            ("--notify", filters.notifyOutcomes.map(\.rawValue)), ("--commit", filters.commits),
            ("--host", filters.hosts), ("--user", filters.users), ("--label", filters.labels),
        ]
        let options =
            repeated.flatMap { name, values in values.map { Option(name, $0) } }
            + (filters.moves ? [Option("--moves")] : [])
        self.init(glob, options, query, in: context.zone)
    }

    private var isEmpty: Bool { glob == nil && options.isEmpty }

    private func values(_ name: String) -> [String] {
        options.filter { $0.name == name }.compactMap(\.value)
    }

    /// The filters as typed, with the moments that times stand for.
    package var words: ReportText {
        guard !isEmpty else { return "none" }
        var parts: [ReportText.Part] = glob.map { [.code($0)] } ?? []
        for option in options {
            if !parts.isEmpty { parts.append(.own(", ")) }
            parts.append(.code(option.name + (option.value.map { " \($0)" } ?? "")))
            let moment =
                option.name == "--since"
                ? query.since : option.name == "--until" ? query.until : nil
            if let moment { parts.append(.own(" (\(zone.text(at: moment)))")) }
        }
        return ReportText(parts)
    }

    /// The question that the report answers.
    package var question: ReportText {
        guard !isEmpty else { return "What was pushed, when, and by whom?" }
        let users = values("--user")
        let targets = [glob].compactMap { $0 } + values("--repository")
        var asked = Set(["--repository", "--since", "--until"])
        var parts: [ReportText.Part] = [.own("What ")]
        if users.isEmpty {
            parts.append(.own("was pushed"))
        } else {
            asked.insert("--user")
            parts += [.own("did ")] + list(users) + [.own(" push")]
        }
        if !targets.isEmpty { parts += [.own(" to ")] + list(targets) }
        switch (query.since, query.until) {
        case (let since?, let until?):
            parts.append(.own(" between \(zone.text(at: since)) and \(zone.text(at: until))"))
        case (let since?, nil): parts.append(.own(" since \(zone.text(at: since))"))
        case (nil, let until?): parts.append(.own(" before \(zone.text(at: until))"))
        case (nil, nil): break
        }
        if users.isEmpty { parts.append(.own(", and by whom")) }
        let others = options.count { !asked.contains($0.name) }
        if others > 0 {
            parts.append(
                .own(", within \(MessageText.count(others, "other filter", "other filters"))"))
        }
        return ReportText(parts + [.own("?")])
    }

    private func list(_ values: [String]) -> [ReportText.Part] {
        Array(values.map { [ReportText.Part.outside($0)] }.joined(separator: [.own(" or ")]))
    }

    /// The command that runs `verb` of `history` with the same filters. A time is the moment that it stands for now.
    ///
    /// - Parameter replaced: the names of the options that are left out.
    /// - Returns: `nil` where a filter cannot be typed.
    package func command(_ verb: String, replacing replaced: Set<String> = []) -> String? {
        var words = ["enclavia history \(verb)"]
        for option in options where !replaced.contains(option.name) {
            guard let value = option.value else {
                words.append(option.name)
                continue
            }
            let moment =
                option.name == "--since"
                ? query.since : option.name == "--until" ? query.until : nil
            guard let word = MessageText.shellWord(moment?.description ?? value) else { return nil }
            // The equals sign, since a value may begin with a dash.
            words.append("\(option.name)=\(word)")
        }
        if let glob {
            guard let word = MessageText.shellWord(glob) else { return nil }
            words.append(glob.utf8.first == UInt8(ascii: "-") ? "-- \(word)" : word)
        }
        return words.joined(separator: " ")
    }
}
