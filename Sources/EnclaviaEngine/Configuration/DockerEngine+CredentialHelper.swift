import EnclaviaCore
import EnclaviaSystem

extension DockerEngine: CredentialHelperProbe {
    /// The time that a helper has to answer: that of a call to the backend, and of its start.
    private static let limit = Duration.seconds(40)

    package func credentialHelperUse() -> CredentialHelperUse {
        let user = UserConfiguration(environment: settings.environment, home: settings.home)
        return CredentialHelperUse(
            configuration: user.directory.map { "\($0)/config.json" },
            registries: Set(
                user.settings.credentialHelpers.filter { $0.value == CredentialHelper.name }.keys),
            isDefault: user.settings.credentialStore == CredentialHelper.name,
            program: ProgramSearch.find(
                CredentialHelper.program, in: settings.environment["PATH"]),
            fault: user.fault)
    }

    package func reply(
        of program: String, for registry: String
    ) async -> CredentialHelperReply {
        // Docker gives its helpers the whole environment, ENCLAVIA_TOKEN included.
        let run = ProgramRun(
            program: program, arguments: ["get"], environment: settings.environment)
        let outcome: ProgramRun.Outcome
        do {
            outcome = try await withTimeLimit(Self.limit) {
                try await run.collect(input: Array(registry.utf8))
            }
        } catch {
            return .refused(reason: Self.reason(error))
        }
        let output = String(decoding: outcome.output, as: UTF8.self)
        guard outcome.isSuccess else {
            return .refused(reason: outcome.tail)
        }
        // The output is not shown: it may hold a password.
        guard let members = (try? JSONText.decode(JSONValue.self, from: output))?.members,
            let user = members["Username"]?.text, !user.isEmpty,
            members["Secret"]?.text?.isEmpty == false
        else { return .refused(reason: "its output has no user name or no secret") }
        return .login(user: user)
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? ProgramRunError {
        case .notInstalled: "it is not there"
        case .unusableProgram: "it cannot be run"
        case .wantsTerminal: "it asks for the terminal"
        case .badOutput(_, let detail): "it printed \(detail)"
        case .failed(_, _, let output): output
        case nil: "\(error)"
        }
    }
}
