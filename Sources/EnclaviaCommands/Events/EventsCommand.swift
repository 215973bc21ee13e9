import ArgumentParser
import EnclaviaCore

struct EventsCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia events --since 2h", "print the events of the last two hours"),
        Example("enclavia events --type push.finished", "print how each push ended"),
        Example("enclavia events --follow --after 120", "print event 121 and all later ones"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print the events of the history.",
        discussion: examples.help(
            then: """
                Each line is one event, a CloudEvents JSON object, oldest first. With --follow, the \
                command waits for new events and prints them, until it gets a signal or its output is \
                closed. With --follow and --since or --after, it first prints the existing events since that \
                time, or after that event.
                """))

    static let results = [PublishedSchema.event]

    @Flag(
        name: .shortAndLong,
        help:
            "Wait for new events and print them; with --since or --after, first print the existing ones."
    )
    var follow = false

    @Option(
        help: ArgumentHelp(
            "Print events from this time on: RFC 3339, a local date or time, or an age such as 2h.",
            valueName: "time"),
        completion: .value(.time))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "Print events with a greater sequence number than this one.", valueName: "sequence"),
        completion: .value(.free))
    var after: String?

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp(
            "Print events of this type, such as push.finished; may be repeated.",
            valueName: "type"),
        completion: .value(.free))
    var types: [String] = []

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let query = EventQuery(
            types: try wantedTypes(),
            since: try since.map { try context.moment($0, of: "--since", as: .beginning) },
            after: try after.map(Self.sequence) ?? 0)
        let feed = context.adapters.events()
        let operation = EventsOperation(feed)
        if query.after > 0 { try context.warn(ifPastEnd: query.after, of: feed) }
        let stream = ResultStream(context.console)
        return try await print(stream, context) { put in
            guard follow else {
                try operation.list(query, put)
                return
            }
            let console = context.console
            try console.checkResult()
            try await operation.follow(
                query, from: since == nil && after == nil ? .end : .beginning,
                while: { !console.isReaderClosed }, caughtUp: stream.flush,
                replaced: {
                    console.warn(
                        "this history was replaced by another one: the events of the new one follow"
                    )
                }, put)
        }
    }

    /// Prints each line that `produce` passes on, in pieces of whole lines. Lines that were passed on before an
    /// error are printed, too.
    private func print(
        _ stream: ResultStream, _ context: CommandContext,
        _ produce: ((String) throws -> Void) async throws -> Void
    ) async throws -> ExitStatus {
        do {
            try await produce { line in
                try Task.checkCancellation()
                stream.write(json: line)
                try stream.endLine()
            }
            try stream.flush()
            return .done
        } catch let error as ConsoleError {
            throw error
        } catch {
            try stream.flush()
            if follow, error is CancellationError || error as? StoreError == .cancelled {
                return context.signals.received ?? .interrupted
            }
            guard stream.hasWritten else { throw error }
            return context.failAfterResult(error)
        }
    }

    /// Reads a sequence number, with or without the zeros before it in an event's `sequence`.
    private static func sequence(_ text: String) throws(UserError) -> Int64 {
        // `Int64` accepts a sign, too.
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let sequence = Int64(text) else {
            throw UserError(
                .usage, "--after \(text.quoted) is not a sequence number",
                hint: "use the sequence of the last event that was processed, or 0 for all events")
        }
        return sequence
    }

    private func wantedTypes() throws(UserError) -> Set<EventType> {
        var wanted: Set<EventType> = []
        for name in types {
            guard let type = EventType(name: name) else {
                throw UserError(
                    .usage, "--type \(name.quoted) is not a valid event type",
                    hint: "the types are "
                        + EventType.allCases.map(\.tail).joined(separator: ", "))
            }
            wanted.insert(type)
        }
        return wanted
    }
}

extension CommandContext {
    /// Warns if the history ends before an event that a reader has processed: it was replaced by an older copy, or
    /// is another history.
    fileprivate func warn(ifPastEnd sequence: Int64, of feed: any EventFeed) throws {
        let newest = try feed.newest()
        guard newest < sequence else { return }
        let end = newest == 0 ? "has no events" : "ends with event \(newest)"
        console.warn(
            "this history \(end), but --after is \(sequence): it is another history, or an older copy"
        )
    }
}
