import ArgumentParser
import EnclaviaCore
import EnclaviaSystem
import SystemPackage

struct HistoryExport: EnclaviaCommand {
    static let examples = [
        Example("enclavia history export", "print every record"),
        Example("enclavia history export pushes.jsonl", "write every record to a file"),
        Example(
            "enclavia history export --since 7d", "print the records of a week"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the history as JSON Lines, oldest push first.",
        discussion: examples.help(
            then: """
                The filters are those of `enclavia history list`; without any, every record is \
                written. An existing file is replaced atomically. Only its owner can read the new file.
                """))

    static let results = [PublishedSchema.push]

    @Argument(
        help: ArgumentHelp("The output file; - or no file for standard output.", valueName: "file"),
        completion: .value(.file))
    var file: String?

    @OptionGroup var filters: HistoryFilterOptions

    @OptionGroup var source: HistorySourceOptions

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [file].compactMap { $0 } }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        var query = try filters.query(context)
        // Only the number of all pushes is known in advance.
        let isFiltered = query != HistoryQuery()
        query.isReversed = true
        let remote = try source.pushes(context)
        guard let file, file != "-" else {
            let stream = ResultStream(context.console)
            try await write(query, from: remote, context) { line in
                stream.write(json: line)
                try stream.endLine()
            }
            try stream.flush()
            return remote?.finish(.done) ?? .done
        }
        let output = try open(file)
        try context.protectOwnFiles(from: output.name, file.printable)
        let bar = ProgressBar(context)
        bar.show("reading the pushes", fraction: nil)
        // The file is not begun before all pushes of a server are here.
        let history =
            try await remote?.history(of: [.query(query)]) ?? context.adapters.history()
        let total = isFiltered ? 0 : try history.summary().pushes
        var count = 0
        do {
            defer { bar.clear() }
            let durability = try output.write { output in
                try history.export(query) { line in
                    try Task.checkCancellation()
                    try output.write(
                        (output.isTerminal ? TerminalText.escape(json: line) : line) + "\n")
                    count += 1
                    bar.show(
                        total > 0 ? "\(count) of \(total) pushes" : MessageText.pushes(count),
                        fraction: total > 0 ? Double(count) / Double(total) : nil)
                }
            }
            if case .unsynced(let reason) = durability {
                bar.clear()
                context.console.warn(ErrorMessages.unsynced(file, reason))
            }
        } catch Errno.brokenPipe {
            throw ConsoleError.closedPipe
        } catch let error as Errno {
            throw failure(.output, file, error)
        }
        context.console.log("exported \(MessageText.pushes(count)) to \(file.printable)")
        return remote?.finish(.done) ?? .done
    }

    private func open(_ file: String) throws -> OutputFile {
        do {
            let output = try OutputFile(FilePath(native: file), permissions: .ownerReadWrite)
            try output.check()
            return output
        } catch let error as Errno {
            throw failure(.usage, file, error)
        }
    }

    private func failure(_ kind: ErrorKind, _ file: String, _ error: Errno) -> UserError {
        UserError(kind, "\(file.printable) cannot be written: \(ErrorMessages.reason(error))")
    }

    private func write(
        _ query: HistoryQuery, from remote: RemoteSource?, _ context: CommandContext,
        _ put: (String) throws -> Void
    ) async throws {
        let body = { (line: String) in
            try Task.checkCancellation()
            try put(line)
        }
        if let remote {
            try await remote.export(query, body)
        } else {
            try context.adapters.history().export(query, body)
        }
    }
}
