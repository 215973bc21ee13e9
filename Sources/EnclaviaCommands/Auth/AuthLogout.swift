import ArgumentParser
import EnclaviaCore

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
