import EnclaviaCore
import EnclaviaSystem
import Glibc

/// The event logs that `history verify --against` names.
struct VerifyLogs {
    let sources: [EventLogSource]

    /// - Parameter files: as typed; `-` for standard input.
    /// - Throws: `usage`.
    init(_ files: [String], _ context: CommandContext) throws(UserError) {
        guard files.filter({ $0 == "-" }).count < 2 else {
            throw UserError(.usage, "--against - is given twice: standard input is read once")
        }
        guard !files.contains("") else { throw UserError(.usage, "--against is empty") }
        sources = files.map { file in
            guard file != "-" else {
                return EventLogSource(file: nil, source: .descriptor(STDIN_FILENO))
            }
            let path =
                file.hasPrefix("/") ? file : "\(context.settings.workingDirectory)/\(file)"
            return EventLogSource(file: file, source: .file(path: path))
        }
        if files.contains("-"), isatty(STDIN_FILENO) == 1 {
            context.console.log("reading events from the terminal")
        }
    }

    /// - Returns: `nil` where no log is given.
    /// - Throws: ``UserError``.
    func compare(_ context: CommandContext, _ bar: ProgressBar) throws -> LogComparison? {
        guard !sources.isEmpty else { return nil }
        do throws(LogComparisonError) {
            return try context.adapters.comparer().compare(sources) {
                bar.show("\($0) lines compared", fraction: nil)
            }
        } catch {
            bar.clear()
            throw ErrorMessages.explain(error)
        }
    }
}

extension VerifyReport {
    /// The exit code, which is 1 for a difference in the history, or between it and the event logs.
    package func status(with comparison: LogComparison?) -> ExitStatus {
        comparison?.isSound == false ? .negative : status
    }

    /// The result of the check and of the comparison: only what differs, if anything does.
    func lines(
        with comparison: LogComparison?, on out: TerminalCapabilities, in zone: LocalZone
    ) -> [String] {
        let isContradicted = comparison?.isSound == false
        let own =
            isContradicted && differences.isEmpty ? [] : lines(on: out, in: zone)
        return own + (comparison?.lines(on: out) ?? [])
    }
}

extension LogComparison {
    var isSound: Bool { differences.count == 0 }

    /// The result, as `history verify` prints it after that of the history itself.
    func lines(on out: TerminalCapabilities) -> [String] {
        guard isSound else {
            let rest = differences.count - differences.listed.count
            return [
                "\(out.styled("differs:", .red)) \(MessageText.count(differences.count, "difference", "differences"))"
                    + " between the event log and the history"
            ] + differences.listed.map { ErrorMessages.sentence($0) }
                + (rest > 0 ? ["and \(rest) more"] : [])
        }
        let extent = gaps.extent.map { ", events \($0.lowerBound) to \($0.upperBound)" } ?? ""
        return ["the event log matches: \(Self.lines(matched))\(extent)"]
    }

    /// What is neither a match nor a difference, for standard error.
    var notes: [String] {
        var notes = files.filter(\.isUnfinished).map { file in
            "the last line of \(ErrorMessages.name(ofLog: file.file)) is unfinished"
        }
        let counts = [
            (otherChains, "of other chains"), (foreign, "not events of enclavia"),
            (damaged, "only parts of events, as after a crash"),
            (spooled, "spooled events, which are logged again once they are in the history"),
            (duplicates, "repeated"),
        ].filter { $0.0 > 0 }
        notes += counts.map { count, what in
            "\(Self.lines(count)) \(count == 1 ? "is" : "are") \(what)"
        }
        if !gaps.listed.isEmpty {
            let shown = gaps.listed.prefix(Self.shownGaps).map { gap in
                gap.count == 1 ? "\(gap.lowerBound)" : "\(gap.lowerBound) to \(gap.upperBound)"
            }
            let rest = gaps.count - shown.count
            notes.append(
                "the event log has no line of \(MessageText.events(Int(clamping: gaps.events))):"
                    + " \(shown.joined(separator: ", "))"
                    + (rest > 0
                        ? ", and \(MessageText.count(rest, "more range", "more ranges"))" : ""))
        }
        return notes
    }

    private static let shownGaps = 5

    private static func lines(_ count: Int) -> String { MessageText.count(count, "line", "lines") }
}

extension ErrorMessages {
    /// - Parameter log: as typed; `nil` for standard input.
    static func name(ofLog log: String?) -> String { log?.printable ?? "standard input" }

    static func sentence(_ difference: LogDifference) -> String {
        let place = "\(name(ofLog: difference.file)) line \(difference.line ?? 0)"
        let event = "event \(difference.sequence ?? 0)"
        return switch difference.kind {
        case .missing:
            "\(place): the history has no \(event): its end is missing"
        case .lost:
            "\(place): \(event) was lost, or is no longer proven, since the history was salvaged"
        case .event:
            "\(place): \(event) in the history is not the one in the log: one of the two was changed"
        case .place:
            "\(place): the line names this history, but no valid place in it"
        case .nothing:
            "no line of the event log is of this history"
        }
    }

    static func explain(_ error: LogComparisonError) -> UserError {
        switch error {
        case .missing(let file):
            UserError(.fileNotFound, "there is no file \(name(ofLog: file))")
        case .unreadable(let file, let reason):
            UserError(
                .fileUnreadable, "\(name(ofLog: file)) cannot be read: \(reason.printable)")
        case .otherFormat(let format, let file):
            UserError(
                .data, "\(name(ofLog: file)) is not an event log: it is \(name(of: format))",
                hint: decompression(of: format, file, for: "enclavia history verify --against -")
                    ?? "--against takes the event log, or the output of `enclavia events`")
        case .store(let error): explain(error)
        case .cancelled: UserError(.cancelled, "cancelled")
        }
    }
}
