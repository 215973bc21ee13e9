import EnclaviaCore

/// Renders the account, as JSON or for people.
struct AccountRenderer {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func render(loggedIn account: Account) throws {
        try context.show(AccountStatusJSON(account, nil)) { console in
            try console.result(
                "logged in as \(name(account.handle)) at \(account.backend.printable)")
        }
    }

    func render(_ account: Account, _ access: RegistryAccess?) throws {
        try context.show(AccountStatusJSON(account, access)) { console in
            var lines = [
                "account   \(name(access?.handle ?? account.handle))",
                "backend   \(account.backend.printable)",
                "token     \(token(account))",
            ]
            if let access { lines.append("registry  \(access.registry.printable)") }
            try console.result(lines.joined(separator: "\n"))
        }
    }

    func render(loggedOut account: Account?) throws {
        try context.show(LogoutJSON(account)) { console in
            let done = account.map {
                "logged out \(name($0.handle)) from \($0.backend.printable)"
            }
            try console.result(done ?? "there were no credentials to delete")
        }
    }

    /// Warns of what went wrong while a login or a logout was recorded.
    func warn(_ recording: RecordingResult) {
        for warning in recording.warnings { context.console.warn(ErrorMessages.sentence(warning)) }
        if let error = recording.error {
            context.console.warn("this was not recorded: \(ErrorMessages.explain(error).message)")
        }
    }

    /// Warns that the handle of a login is unknown, and why.
    func warn(_ handleError: BackendError?) {
        guard let handleError else { return }
        context.console.warn(
            "you are logged in, but the backend did not report your handle:"
                + " \(ErrorMessages.explain(handleError).message)")
    }

    func warnOfEnvironmentToken(_ sentence: String) {
        // A blank token counts as unset.
        guard let token = context.settings.token, !token.reveal().allSatisfy(\.isWhitespace)
        else { return }
        context.console.warn(sentence)
    }

    /// Warns of rotating credentials in CI: they work on one machine only, and CI runs on many.
    func warnOfRotation(_ account: Account) {
        guard context.settings.isContinuousIntegration, let path = account.rotatingFile else {
            return
        }
        context.console.warn(ErrorMessages.rotatingUnderCI(path))
    }

    private func name(_ handle: String?) -> String {
        handle.map { $0.printable } ?? "(handle not known yet)"
    }

    private func token(_ account: Account) -> String {
        let source =
            switch account.source {
            case .environment: "from ENCLAVIA_TOKEN"
            case .file(let path): "from \(path.printable)"
            }
        return switch account.kind {
        case .longLived: "\(source), long-lived"
        case .rotating(let expiry?):
            "\(source), until \(context.zone.civilTime(at: expiry).minuteText), renewed automatically"
        case .rotating(nil): "\(source), renewed automatically"
        }
    }
}
