import ArgumentParser
import EnclaviaCore

struct HistoryShow: EnclaviaCommand {
    static let examples = [
        Example("enclavia history show 5b469471", "show a push by its id in tables"),
        Example("enclavia history show myapp:v1", "show the newest push of a reference"),
        Example("enclavia history show sha256:9cf94bc1", "show the newest push of a digest"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the details of one push.",
        discussion: examples.help(
            then: """
                A push is given by its id, by at least six characters of the start or end of its id, by \
                sha256: and a prefix of its digest, or by a reference. A digest or a reference means its \
                newest push.
                """))

    static let results = [PublishedSchema.push]

    @Argument(
        help: ArgumentHelp(
            "The push: an id, part of an id, a digest, or a reference.", valueName: "push"),
        completion: .value(.pushOrReference))
    var push: String

    @OptionGroup var source: HistorySourceOptions

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let remote = try source.pushes(context)
        let history = try await remote?.history(of: PushLookup.selections(of: push))
        let found: StoredPush
        do {
            found = try PushLookup.find(
                pushOrReference: push, in: try history ?? context.adapters.history())
        } catch {
            try remote?.checkReadable()
            throw error
        }
        if context.invocation.wantsJSON {
            try context.console.result(storedJSON: found.json)
        } else {
            let lines = PushDetail(try found.fields(), context).lines(for: context.console.out)
            for line in lines { try context.console.result(line) }
        }
        return remote?.finish(.done) ?? .done
    }
}
