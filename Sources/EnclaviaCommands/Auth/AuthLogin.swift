import ArgumentParser
import EnclaviaCore

struct AuthLogin: EnclaviaCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in with your browser.",
        discussion: """
            The URL to open is printed on standard error, whether or not a browser could be opened. \
            The browser's answer is awaited on 127.0.0.1 for five minutes.
            """)

    static let results = [PublishedSchema.account]

    @Option(
        help: ArgumentHelp(
            "Await the browser's answer on this port of 127.0.0.1.", valueName: "number"),
        completion: .value(.free))
    var port: UInt16?

    @Flag(help: "Print the URL and open no browser.")
    var noBrowser = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let request = LoginRequest(port: port == 0 ? nil : port)
        let inviter = LoginInviter(context, request, opensBrowser: !noBrowser)
        let (login, keeping) = try await context.loginOperation().logIn(request) {
            await inviter.invite($0)
        }
        let renderer = AccountRenderer(context)
        renderer.warn(keeping)
        renderer.warnOfEnvironmentToken("the new login is not used while ENCLAVIA_TOKEN is set")
        renderer.warn(login.handleError)
        try renderer.render(loggedIn: login.account)
        return .done
    }
}

extension CommandContext {
    func loginOperation() throws(BackendError) -> LoginOperation {
        LoginOperation(
            accounts: try adapters.accounts(), journal: adapters.accountJournal(),
            host: adapters.contextProbe().identity().host)
    }
}
