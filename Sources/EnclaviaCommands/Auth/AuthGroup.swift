import ArgumentParser
import EnclaviaCore

/// The `auth` command group.
struct AuthGroup: DocumentedCommand {
    static let examples = [
        Example("enclavia auth login", "log in with your browser"),
        Example("enclavia auth status", "show who you are"),
        Example("enclavia auth docker", "let docker, podman and skopeo log in, too"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "auth",
        abstract: "Log in, log out, and see who you are.",
        discussion: examples.help(),
        subcommands: [AuthLogin.self, AuthStatus.self, AuthLogout.self, AuthDocker.self])

    @OptionGroup var global: GlobalOptions
}

struct AuthStatus: EnclaviaCommand {
    static let examples = [
        Example("enclavia auth status", "show who you are"),
        Example("enclavia auth status --remote", "check the credentials with the backend, too"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show who you are; exit with 77 when you are not logged in.",
        discussion: examples.help(
            then: "No request is sent unless --remote is given."))

    static let results = [PublishedSchema.account]

    @Flag(help: "Ask the backend whether the credentials are valid.")
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
    static let examples = [
        Example("enclavia auth logout", "delete the credentials on this machine")
    ]

    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Delete the credentials on this machine.",
        discussion: examples.help())

    static let results = [PublishedSchema("logout", "auth logout", .of(LogoutJSON.self))]

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let done = try await context.loginOperation().logOut()
        let renderer = AccountRenderer(context)
        if let recording = done?.recording { renderer.warn(recording) }
        renderer.warnOfEnvironmentToken(
            "ENCLAVIA_TOKEN is still set, and is used until you unset it")
        try renderer.render(loggedOut: done?.account)
        return .done
    }
}
