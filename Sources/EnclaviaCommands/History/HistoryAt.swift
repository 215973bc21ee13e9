import ArgumentParser
import EnclaviaCore
import EnclaviaSystem

struct HistoryAt: EnclaviaCommand {
    static let examples = [
        Example("enclavia history at myapp:prod", "print what the tag points at now"),
        Example("enclavia history at myapp:prod yesterday", "print what it pointed at yesterday"),
        Example("enclavia history at myapp:prod 2026-11-17", "print what it pointed at on a day"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "at",
        abstract:
            "Print what a reference pointed at, now or at a given time, pinned to its digest.",
        discussion: examples.help(
            then: """
                A time is \(TimeExpression.grammar). A date without a time means the end of that day. \
                If standard error is a terminal, the command also prints who moved the tag there, \
                when, on which host and from which commit, whether the backend was notified, what the \
                tag pointed at before, and when it moved on. Exits with 1 if no successful push was \
                recorded by that time.
                """))

    static let exclusive = [["--remote", "<time>"], ["--remote", "--from"]]

    static let results = [PublishedSchema.push]

    @Argument(
        help: ArgumentHelp(
            "<repo>[:<tag>], <owner>/<repo>[:<tag>], or a full reference.", valueName: "reference"),
        completion: .value(.reference))
    var reference: String

    @Argument(
        help: ArgumentHelp(
            "The time, as one or more words (default: now).", valueName: "time"),
        completion: .value(.time))
    var time: [String] = []

    @Flag(help: "Also query the registry for what the tag points at now.")
    var remote = false

    @OptionGroup var source: HistorySourceOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let selector = try ReferenceSelector(reference)
        // Taken before the time argument is parsed, so that "now" in it is not earlier.
        let now = context.now()
        let moment =
            try time.isEmpty
            ? nil : context.lastMoment(time.joined(separator: " "), of: "the time")
        guard !remote || moment == nil else {
            throw UserError(
                .usage,
                "--remote cannot be used with a time: a registry knows only what a tag points at now"
            )
        }
        guard !remote || source.remote == nil else {
            throw UserError(
                .usage,
                "--remote cannot be used with --from: it asks the registry that a push names"
            )
        }
        let shared = try source.pushes(context)
        let history =
            try await shared?.history(of: [.tag(selector)]) ?? context.adapters.history()
        switch try AtOperation(history: history, now: now).run(selector, at: moment) {
        case .push(.known(let push)):
            try await show(push, at: moment.flatMap { $0 < now ? $0 : nil }, history, context)
            return shared?.finish(.done) ?? .done
        case .push(.none):
            try shared?.checkReadable()
            let known = try history.knownReferences()
            let isKnown = known.contains { selector.matches($0) }
            throw UserError(
                .notFound,
                "the history has no successful push of \(reference.quoted)"
                    + (moment.map { " by \(local($0, context))" } ?? ""),
                hint: isKnown ? nil : ErrorMessages.hint(nearest: selector.nearest(among: known)))
        case .push(.pruned(let before)):
            throw UserError(
                .notFound,
                "the history was pruned up to \(local(before, context)); what \(reference.printable) pointed at"
                    + (moment.map { " on \(local($0, context))" } ?? "") + " is no longer known")
        case .ambiguous(let names):
            throw UserError(
                .usage,
                "\(reference.quoted) matches several references: specify one of them",
                hint: names.map { $0.printable }.joined(separator: ", "))
        }
    }

    private func local(_ moment: Timestamp, _ context: CommandContext) -> String {
        context.zone.civilTime(at: moment).minuteText
    }

    /// Prints the result and, on a terminal, how the tag came to point there.
    ///
    /// - Parameter moment: `nil` for now.
    private func show(
        _ found: StoredPush, at moment: Timestamp?, _ history: any History,
        _ context: CommandContext
    ) async throws {
        let push = try found.record()
        if context.invocation.wantsJSON {
            try context.console.result(storedJSON: found.json)
        } else {
            try context.console.result(push.pinned ?? "")
        }
        let messages = AtMessages(
            push, at: moment, zone: context.zone, stderr: context.console.stderr)
        if context.console.stderr.isTerminal, !context.invocation.wantsJSON,
            let timeline = try history.timeline(of: push)
        {
            // Each CI runner has its own history, so others may have pushed, too.
            let isAlone =
                try remote || source.remote != nil
                || push.context.ciProvider == nil && !history.hasSeveralWriters()
            for line in try messages.lines(timeline, isAlone: isAlone) { context.console.log(line) }
        }
        guard remote, let reference = push.reference else { return }
        let operation = RemoteTagOperation(
            backend: try context.adapters.backend(), registry: try context.adapters.registry())
        switch messages.sentence(await operation.run(reference), of: reference) {
        case .agrees(let sentence): context.console.log(sentence)
        case .differs(let sentence): context.console.warn(sentence)
        }
    }
}
