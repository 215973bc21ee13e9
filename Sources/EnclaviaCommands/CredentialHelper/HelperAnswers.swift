import EnclaviaCore

/// The answers of `docker-credential-enclavia`: the account's registry, its handle and a short-lived password.
/// Nothing is stored, so there is nothing to erase.
struct HelperAnswers {
    let adapters: any Adapters

    /// The answer to what needs no account; `nil` for the others.
    static func immediate(_ request: HelperRequest) -> HelperReply? {
        let program = CredentialHelper.program
        let usage = "Usage: \(program) <store|get|erase|list|version>"
        return switch request {
        case .store, .erase: .nothing
        case .version: .success("\(program) (\(CredentialHelper.name)) \(enclaviaVersion)")
        case .help: .success(usage)
        case .noAction: .failure(usage)
        case .unknown(let action): .failure("\(program): unknown action: \(action.printable)")
        case .get(let server) where server.isEmpty: .noServer
        case .get, .list: nil
        }
    }

    func reply(to request: HelperRequest) async -> HelperReply {
        if let reply = Self.immediate(request) { return reply }
        do {
            guard case .get(let server) = request else { return try await list() }
            guard let access = try await adapters.registryCredentials().access(to: server) else {
                return .notFound
            }
            return try .credentials(access, for: server)
        } catch {
            return .failure(ErrorMessages.explain(any: error))
        }
    }

    /// The registry and the handle. Clients list all helpers before they ask for a server, and some give up where
    /// one fails: to be logged out is not a failure here.
    private func list() async throws -> HelperReply {
        guard let account = try adapters.accounts().account() else { return .success("{}") }
        if let registry = account.registry, let handle = account.handle {
            return .success(try JSONText.encode([registry: handle]))
        }
        let access = try await adapters.backend().registryAccess()
        return .success(try JSONText.encode([access.registry: access.handle]))
    }
}
