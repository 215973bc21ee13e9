import ArgumentParser
import EnclaviaCore

struct AuthLogin: EnclaviaCommand {
    static let examples = [
        Example("enclavia auth login", "log in with your browser"),
        Example("enclavia auth login --no-browser", "print the URL and open no browser"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in with your browser.",
        discussion: examples.help(
            then: """
                The URL to open is printed on standard error, whether or not a browser could be opened. \
                The command waits for the browser's response on 127.0.0.1 for five minutes.
                """))

    static let results = [PublishedSchema.account]

    @Option(
        help: ArgumentHelp(
            "Wait for the browser's response on this port of 127.0.0.1.", valueName: "number"),
        completion: .value(.free))
    var port: UInt16?

    @Flag(help: "Print the URL and open no browser.")
    var noBrowser = false

    @OptionGroup var global: GlobalOptions

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let request = LoginRequest(port: port == 0 ? nil : port)
        let prompter = LoginPrompter(context, request, opensBrowser: !noBrowser)
        let (login, recording) = try await context.loginOperation().logIn(request) {
            await prompter.prompt($0)
        }
        let renderer = AccountRenderer(context)
        renderer.warn(recording)
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

/// Prints on standard error what the user must do to log in.
struct LoginPrompter: Sendable {
    private let context: CommandContext
    private let request: LoginRequest
    private let opensBrowser: Bool

    init(_ context: CommandContext, _ request: LoginRequest, opensBrowser: Bool) {
        self.context = context
        self.request = request
        self.opensBrowser = opensBrowser
    }

    /// The URL comes first: the user can open it even if no browser starts.
    func prompt(_ loginPrompt: LoginPrompt) async {
        let console = context.console
        console.log(
            "open this page in a browser to log in:\n\n  \(loginPrompt.url.printable(limit: 4096))\n"
        )
        if let line = forwardingLine(loginPrompt.port) {
            console.log(
                "this is an SSH session: first run this on the machine with the browser, to forward"
                    + " the browser's response to this machine:\n\n  \(line)\n")
        }
        console.log("waiting for the browser's response on 127.0.0.1:\(loginPrompt.port)")
        guard opensBrowser else { return }
        if await context.adapters.browser().open(loginPrompt.url) {
            console.log("opened the page in a browser")
        }
    }

    /// The `ssh` command that forwards the browser's response to this machine; `nil` outside an SSH session.
    ///
    /// `SSH_CONNECTION` holds the client's address and port and the server's, as the client reached it
    /// (sshd(8)).
    private func forwardingLine(_ port: UInt16) -> String? {
        let fields = context.settings.value("SSH_CONNECTION")?.split(separator: " ") ?? []
        guard fields.count == 4, let serverPort = UInt16(fields[3]) else { return nil }
        let user = context.adapters.contextProbe().identity().user
        let name = (user.map { "\($0)@" } ?? "") + fields[2]
        let portOption = serverPort == 22 ? "" : " -p \(serverPort)"
        return "ssh -N -L \(port):127.0.0.1:\(port)\(portOption) \(name.printable)"
    }
}
