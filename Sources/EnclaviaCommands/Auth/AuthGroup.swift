import ArgumentParser
import EnclaviaCore

/// The group of the account's verbs.
struct AuthGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth",
        abstract: "Log in, log out, and see who you are.",
        subcommands: [AuthLogin.self, AuthStatus.self, AuthLogout.self])

    @OptionGroup var global: GlobalOptions
}

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

struct AuthLogout: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forget the credentials on this machine.")

    static let results = [PublishedSchema("logout", "auth logout", .of(LogoutJSON.self))]

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let done = try await context.loginOperation().logOut()
        let renderer = AccountRenderer(context)
        if let keeping = done?.keeping { renderer.warn(keeping) }
        renderer.warnOfEnvironmentToken(
            "ENCLAVIA_TOKEN is still set, and goes on being used until you unset it")
        try renderer.render(loggedOut: done?.account)
        return .done
    }
}
