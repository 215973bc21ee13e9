import EnclaviaCore

extension DoctorCheck {
    /// Judged only where a configuration names the helper: pushes of this program do not need it.
    static let dockerLogin = DoctorCheck(
        "docker_login",
        "Whether docker-credential-enclavia, if your configuration of Docker, or of podman and skopeo, names it, is"
            + " on PATH, is named for your registry, and answers with a short-lived password."
    ) { machine in
        guard let file = machine.helper.namingFile else { return [] }
        guard let program = machine.helper.program else {
            return [
                .warning(
                    "\(file.printable) names \(CredentialHelper.program), which is not on PATH: container tools"
                        + " cannot log in to your registry",
                    fix: ErrorMessages.helperInstallation)
            ]
        }
        switch machine.helperLogin {
        case nil: return []
        case .failure(let error):
            return [
                .warning(
                    "\(CredentialHelper.program) cannot log in: \(ErrorMessages.explain(error).message)",
                    fix: fix(error))
            ]
        case .success(let login): return [finding(login, program, machine.helper, file)]
        }
    }

    private static func finding(
        _ login: HelperLogin, _ program: String, _ use: CredentialHelperUse, _ file: String
    ) -> DoctorFinding {
        let registry = login.access.registry
        guard use.covers(registry) else {
            let others = MessageText.list(use.registries.sorted().map(\.printable), "and")
            return .warning(
                "\(file.printable) names \(CredentialHelper.program)"
                    + (others.isEmpty ? "" : " for \(others)")
                    + ", and another helper or none for your registry, \(registry.printable)",
                fix: "run `enclavia auth docker`, which prints the entry and names the file")
        }
        switch login.reply {
        case .failure(let fault):
            return .warning(
                "\(program.printable) gives no password for \(registry.printable):"
                    + " \(ErrorMessages.sentence(fault))",
                fix: "check that it is a link to this program; \(ErrorMessages.helperInstallation)")
        case .login(let user) where user != login.access.handle:
            return .warning(
                "\(program.printable) logs in to \(registry.printable) as \(user.printable), and you are"
                    + " \(login.access.handle.printable)",
                fix: "check that it is a link to this program; \(ErrorMessages.helperInstallation)")
        case .login where !login.access.isShortLived:
            return .warning(
                ErrorMessages.longLivedPassword,
                fix:
                    "give that token to no client that you do not trust with your account; a newer backend"
                    + " issues passwords for the registry alone")
        case .login:
            let tools = use.docker.covers(registry) ? "docker logs in" : "podman and skopeo log in"
            return .ok("\(tools) to \(registry.printable) with \(program.printable)")
        }
    }
}

/// How the credential helper logs in, as its clients see it.
struct HelperLogin: Sendable {
    /// What the backend says.
    let access: RegistryAccess
    /// What the program on `PATH` answers for that registry.
    let reply: CredentialHelperReply
}

extension Machine {
    /// The time that a helper has to answer: that of a call to the backend, and of its start.
    private static let helperLimit = Duration.seconds(40)

    /// Asks the backend and the credential helper; refreshes an access token that has expired.
    ///
    /// - Returns: `nil` where nobody is logged in, or the helper is not used.
    static func helperLogin(
        _ use: CredentialHelperUse, _ account: Result<Account?, BackendError>,
        _ context: CommandContext
    ) async -> Result<HelperLogin, BackendError>? {
        guard use.namingFile != nil, let program = use.program, case .success(_?) = account else {
            return nil
        }
        do throws(BackendError) {
            let access = try await context.adapters.backend().registryAccess()
            let probe = context.adapters.credentialHelperProbe()
            let reply = await probe.reply(
                of: program, for: access.registry, within: helperLimit)
            return .success(HelperLogin(access: access, reply: reply))
        } catch {
            return .failure(error)
        }
    }
}
