import EnclaviaCore
import EnclaviaSystem

extension DockerEngine: CredentialHelperProbe {
    package func credentialHelperUse() -> CredentialHelperUse {
        let user = UserConfiguration(environment: settings.environment, home: settings.home)
        return CredentialHelperUse(
            configuration: user.directory.map { "\($0)/config.json" },
            docker: CredentialHelperEntries(user.settings),
            containers: ContainersConfiguration.files(settings.environment, home: settings.home)
                .compactMap(ContainersEntries.init(of:)),
            program: ProgramSearch.find(
                CredentialHelper.program, in: settings.environment["PATH"]),
            fault: user.fault)
    }

    package func reply(
        of program: String, for registry: String, within limit: Duration
    ) async -> CredentialHelperReply {
        // Docker gives its helpers the whole environment, ENCLAVIA_TOKEN included.
        let run = ProgramRun(
            program: program, arguments: ["get"], environment: settings.environment)
        let deadline = Deadline(after: limit)
        let outcome: ProgramRun.Outcome
        do {
            outcome = try await withTimeLimit(limit) {
                try await run.collect(input: Array(registry.utf8))
            }
        } catch {
            return .failure(
                deadline.remaining > .zero
                    ? CredentialHelperFault(error)
                    : .noAnswer(seconds: limit.components.seconds))
        }
        guard outcome.isSuccess else {
            if deadline.remaining <= .zero {
                return .failure(.noAnswer(seconds: limit.components.seconds))
            }
            let text = outcome.tail
            return .failure(
                Self.isSafe(text) ? .refused(text) : .failed(status: outcome.status))
        }
        // The output is not shown: it may hold a password.
        guard
            let members = (try? JSONText.decode(JSONValue.self, fromBytes: outcome.output))?
                .members,
            let user = members["Username"]?.text, !user.isEmpty,
            members["Secret"]?.text?.isEmpty == false
        else { return .failure(.incomplete) }
        return .login(user: user)
    }

    /// Whether what a helper printed that failed is a sentence, and not credentials, whole or in part.
    private static func isSafe(_ text: String) -> Bool {
        !text.isEmpty && !text.contains { "{[".contains($0) }
            && !text.lowercased().contains("secret")
    }
}

extension CredentialHelperFault {
    fileprivate init(_ error: any Error) {
        self =
            switch error as? ProgramRunError {
            case .notInstalled: .notInstalled
            case .unusableProgram: .unusable
            case .wantsTerminal: .wantsTerminal
            case .badOutput: .tooMuchOutput
            case .failed(_, let status, _): .failed(status: status)
            case nil: .failed(status: 126)
            }
    }
}

extension CredentialHelperEntries {
    fileprivate init(_ settings: ClientSettings) {
        let own = settings.credentialHelpers.filter { $0.value == CredentialHelper.name }.keys
        self.init(
            registries: Set(own), others: Set(settings.credentialHelpers.keys).subtracting(own),
            isDefault: settings.credentialStore == CredentialHelper.name)
    }
}

extension ContainersEntries {
    /// `nil` where the file does not name the helper, or cannot be read. These tools know no `credsStore`.
    fileprivate init?(of path: String) {
        guard let settings = try? UserConfiguration.settings(of: path) else { return nil }
        let named = CredentialHelperEntries(settings)
        let entries = CredentialHelperEntries(registries: named.registries, others: named.others)
        guard entries.isNamed else { return nil }
        self.init(path: path, entries: entries)
    }
}

/// Where podman and skopeo look for credentials, before Docker's configuration.
///
/// Source: containers-auth.json(5).
enum ContainersConfiguration {
    static func files(_ environment: [String: String], home: String?) -> [String] {
        // An empty variable counts as none.
        let environment = environment.filter { !$0.value.isEmpty }
        if let file = environment["REGISTRY_AUTH_FILE"] { return [file] }
        let directories = [
            environment["XDG_RUNTIME_DIR"],
            environment["XDG_CONFIG_HOME"] ?? home.map { "\($0)/.config" },
        ]
        return directories.compactMap { $0 }.map { "\($0)/containers/auth.json" }
    }
}
