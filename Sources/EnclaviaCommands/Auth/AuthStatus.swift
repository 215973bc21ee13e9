import ArgumentParser
import EnclaviaCore

struct AuthStatus: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show who you are; exit with 77 when you are not logged in.",
        discussion: "Nothing leaves the machine unless --remote is given.")

    static let results = [PublishedSchema.account]

    @Flag(help: "Ask the backend whether the credentials are good.")
    var remote = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        guard let account = try context.adapters.accounts().account() else {
            throw BackendError.notLoggedIn(backend: try context.adapters.backend().url)
        }
        let access = remote ? try await context.adapters.backend().registryAccess() : nil
        let renderer = AccountRenderer(context)
        renderer.warnOfRotation(account)
        try renderer.render(account, access)
        return .done
    }
}
