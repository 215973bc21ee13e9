import ArgumentParser
import EnclaviaCore

struct HistoryAt: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "at",
        abstract: "Print what a reference pointed at then, pinned to its digest.",
        discussion: """
            A time is \(TimeExpression.grammar). A bare date is its end. Exits with 1 where nothing \
            was on record by then.
            """)

    static let results = [PublishedSchema.push]

    @Argument(
        help: ArgumentHelp(
            "<repo>[:<tag>], <owner>/<repo>[:<tag>], or a full reference.", valueName: "reference"),
        completion: .value(.destination))
    var reference: String

    @Argument(
        help: ArgumentHelp("The time; now where none is given.", valueName: "time"),
        completion: .value(.time))
    var time: String?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let selector = try ReferenceSelector(reference)
        // Before the time is read: "now" is no earlier than this.
        let now = context.now()
        let moment = try time.map { try context.lastMoment($0, of: "the time") }
        let operation = AtOperation(
            history: try context.adapters.history(), now: now)
        switch try operation.run(selector, at: moment) {
        case .push(.known(let push)):
            if context.invocation.wantsJSON {
                try context.console.result(storedJSON: push.json)
            } else {
                try context.console.result(push.record().pinned ?? "")
            }
            return .done
        case .push(.none):
            throw Explanation(
                .notFound,
                "the history has no succeeded push of \(Words.quoted(reference))"
                    + (moment.map { " by \($0)" } ?? ""))
        case .push(.pruned(let before)):
            throw Explanation(
                .notFound,
                "the history was pruned up to \(before): what \(Words.quoted(reference)) pointed at"
                    + (moment.map { " at \($0)" } ?? "") + " may no longer be known")
        case .ambiguous(let names):
            throw Explanation(
                .usage, "\(Words.quoted(reference)) may be several references: write one of them",
                hint: names.map { Words.shown($0) }.joined(separator: ", "))
        }
    }
}
