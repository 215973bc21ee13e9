import ArgumentParser
import EnclaviaCore

/// The filters of the history. A filter given twice takes either value; different filters must all
/// hold, and so must different label keys.
struct HistoryFilterOptions: ParsableArguments {
    @Option(
        name: .customLong("repository"),
        help: ArgumentHelp("Only this repository.", valueName: "[[registry/]owner/]repo"),
        completion: .value(.repository))
    var repositories: [String] = []

    @Option(name: .customLong("tag"), help: "Only this tag.", completion: .value(.tag))
    var tags: [String] = []

    @Option(
        name: .customLong("digest"),
        help: ArgumentHelp(
            "Only digests with this prefix, with or without sha256:.", valueName: "prefix"),
        completion: .value(.digest))
    var digests: [String] = []

    @Option(
        help: ArgumentHelp("Only pushes that started at or after this time.", valueName: "time"),
        completion: .value(.time))
    var since: String?

    @Option(
        help: ArgumentHelp("Only pushes that started before this time.", valueName: "time"),
        completion: .value(.time))
    var until: String?

    @Option(name: .customLong("outcome"), help: "Only pushes with this outcome.")
    var outcomes: [PushOutcome] = []

    @Option(name: .customLong("notify"), help: "Only pushes with this notification outcome.")
    var notifyOutcomes: [NotifyOutcome] = []

    @Option(
        name: .customLong("commit"),
        help: ArgumentHelp(
            "Only this commit, of the working directory or of the image.", valueName: "prefix"),
        completion: .value(.commit))
    var commits: [String] = []

    @Option(
        name: .customLong("host"), help: "Only pushes from this host.", completion: .value(.host))
    var hosts: [String] = []

    @Option(
        name: .customLong("user"),
        help: ArgumentHelp(
            "Only pushes by this user of the operating system or the CI run.", valueName: "name"),
        completion: .value(.user))
    var users: [String] = []

    @Option(
        name: .customLong("label"),
        help: ArgumentHelp("Only pushes with this label.", valueName: "key[=value]"),
        completion: .value(.label))
    var labels: [String] = []

    @Flag(help: "Only pushes that created or moved their tag.")
    var moves = false

    /// - Throws: `usage`, naming the option and the part that breaks its grammar.
    func query(glob: String? = nil, _ context: CommandContext) throws -> HistoryQuery {
        var query = HistoryQuery()
        var parser = FilterParser()
        query.globs = try parser.read(glob.map { [$0] } ?? [], FilterParser.pattern)
        query.repositories = try parser.read(repositories, FilterParser.repository)
        query.tags = try parser.read(tags, FilterParser.tag)
        query.digestPrefixes = try parser.read(digests, FilterParser.digestPrefix)
        query.commitPrefixes = try parser.read(
            commits.flatMap(FilterParser.spellings), FilterParser.text("--commit"))
        query.hosts = try parser.read(hosts, FilterParser.text("--host"))
        query.users = try parser.read(users, FilterParser.text("--user"))
        query.labels = try parser.read(labels, FilterParser.label)
        query.outcomes = outcomes
        query.notifyOutcomes = notifyOutcomes
        query.movesOnly = moves
        query.since = try since.map { try context.moment($0, of: "--since", as: .beginning) }
        query.until = try until.map { try context.moment($0, of: "--until", as: .end) }
        if let first = query.since, let end = query.until, let until, first >= end {
            // Of --until 2026-08-01 the end is the first moment of the next day.
            let start = try context.moment(until, of: "--until", as: .beginning)
            if first > start {
                throw ErrorMessages.invertedRange(
                    since: since ?? "", first, until: until, start, in: context.zone)
            }
        }
        try parser.checkCount()
        return query
    }
}

extension PushOutcome: ExpressibleByArgument {}
extension NotifyOutcome: ExpressibleByArgument {}
