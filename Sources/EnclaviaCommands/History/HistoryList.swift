import ArgumentParser
import EnclaviaCore

struct HistoryList: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List pushes, newest first.")

    @Option(help: ArgumentHelp("Show at most this many pushes.", valueName: "number"))
    var limit: Int?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        var query = HistoryQuery()
        query.limit = limit ?? (context.console.out.isTerminal ? 50 : nil)
        let history = try context.adapters.history()
        var pushes: [PushJSON] = []
        try history.forEach(query) { pushes.append(PushJSON(try $0.record())) }
        if context.invocation.wantsJSON {
            try context.console.result(JSONText.encode(pushes))
        } else {
            let table = HistoryTable.table(pushes, now: context.now())
            for line in table.lines(for: context.console.out) { try context.console.result(line) }
        }
        return .done
    }
}
