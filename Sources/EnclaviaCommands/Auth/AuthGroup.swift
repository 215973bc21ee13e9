import ArgumentParser

/// The group of the account's verbs.
struct AuthGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth",
        abstract: "Log in, log out, and see who you are.",
        subcommands: [AuthLogin.self, AuthStatus.self, AuthLogout.self])

    @OptionGroup var global: GlobalOptions
}
