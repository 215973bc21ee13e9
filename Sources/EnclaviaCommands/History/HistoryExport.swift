import ArgumentParser
import EnclaviaCore
import SystemPackage

struct HistoryExport: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the history as JSON Lines, oldest push first.",
        discussion: "A file is replaced as a whole, and only its owner may read it.")

    @Argument(help: ArgumentHelp("The file; - or none for standard output.", valueName: "file"))
    var file: String?

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let history = try context.adapters.history()
        guard let file, file != "-" else {
            let stream = ResultStream(context.console)
            try Self.write(history) { line in
                stream.write(json: line)
                try stream.endLine()
            }
            try stream.flush()
            return .done
        }
        let total = try history.summary().pushes
        let path = FilePath(context.settings.workingDirectory).pushing(FilePath(file))
        let bar = ProgressBar(context)
        var count = 0
        do {
            try DurableFile.replace(path, permissions: 0o600) { output in
                try Self.write(history) { line in
                    try output.write(line + "\n")
                    count += 1
                    let fraction = total > 0 ? Double(count) / Double(total) : nil
                    bar.show("\(count) of \(total) pushes", fraction: fraction)
                }
            }
            bar.clear()
        } catch let error as Errno {
            bar.clear()
            throw Explanation(.store, "\(Words.shown(file)) cannot be written: \(error)")
        }
        context.console.say("exported \(Words.pushes(count)) to \(Words.shown(file))")
        return .done
    }

    private static func write(
        _ history: any History, _ put: (String) throws -> Void
    ) throws {
        var query = HistoryQuery()
        query.isReversed = true
        try history.export(query) { line in
            try Task.checkCancellation()
            try put(line)
        }
    }
}
