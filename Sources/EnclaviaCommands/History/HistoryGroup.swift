import ArgumentParser

/// The group of the history's verbs; `list` where none is given.
struct HistoryGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Ask what was pushed, when, by whom and from which commit.",
        subcommands: [
            HistoryList.self, HistoryShow.self, HistoryAt.self, HistoryStats.self,
            HistoryExport.self, HistoryImport.self, HistoryVerify.self, HistoryReconcile.self,
            HistoryPrune.self,
        ],
        defaultSubcommand: HistoryList.self)

    @OptionGroup var global: GlobalOptions
}
