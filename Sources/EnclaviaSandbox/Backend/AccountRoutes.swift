import EnclaviaCore
import Hummingbird

extension LocalBackend {
    /// `/me/registry`: where to push, and the notifications of pushes.
    func addAccountRoutes(to router: Router<SandboxContext>) {
        router.get("/me/registry") { request, context in
            try await authenticated(.me, request, context) { registryAccount(context) }
        }
        router.post("/me/registry/push-notify") { request, context in
            try await authenticated(.notify, request, context) {
                try await pushed(request, context)
            }
        }
    }

    private func registryAccount(_ context: SandboxContext) -> Answer {
        var members: [String: JSONValue] = [
            "registry_url": .string(registry), "namespace": .string(handle),
        ]
        if let fault = faults.take(.me, where: { $0 == .noToken }) {
            context.note.set(fault, at: .me)
        } else {
            members["token"] = .string(tokens.grantPassword())
            members["expires_in"] = .integer(Int64(tokens.passwordLifetime))
        }
        return Answer(.ok, .object(members))
    }

    private func pushed(_ request: Request, _ context: SandboxContext) async throws -> Answer {
        guard let body = try await request.json(), let image = body[key: "image"]?.text else {
            return .refusal(.unprocessableContent, "invalid", "\"image\" is required")
        }
        return idempotencyCache.answer(key: request.headers[.idempotencyKey], request: body) {
            let fault = faults.take(.enclave, where: { $0 == .error })
            if let fault { context.note.set(fault, at: .enclave) }
            let outcome = fleet.pushed(
                image: image, digest: body[key: "digest"]?.text,
                enclaveID: body[key: "enclave_id"]?.text,
                failure: fault.map { _ in "the image has no entry point" })
            return Answer(.ok, Self.shape(outcome, image: image))
        }
    }

    private static func shape(_ outcome: EnclaveFleet.Outcome, image: String) -> JSONValue {
        var members: [String: JSONValue] = [
            "matched": .integer(Int64(outcome.matched)),
            "triggered": .array(outcome.triggered.map(JSONValue.string)),
        ]
        if !outcome.staged.isEmpty {
            members["staged"] = .array(
                outcome.staged.map { enclave, upgrade in
                    .object([
                        "enclave_id": .string(enclave), "upgrade_id": .string(upgrade),
                        "image": .string(image),
                    ])
                })
        }
        if !outcome.rejected.isEmpty {
            members["rejected_non_upgradable"] = .array(outcome.rejected.map(JSONValue.string))
        }
        return .object(members)
    }
}
