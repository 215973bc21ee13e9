import EnclaviaCore
import Hummingbird

extension LocalBackend {
    /// `/enclaves` and what is under it.
    func addEnclaveRoutes(to router: Router<SandboxContext>) {
        router.get("/enclaves") { request, context in
            try await authenticated(.enclaves, request, context) {
                let all = request.query["archived"] == "all"
                return Answer(.ok, .array(fleet.list(archivedToo: all).map(\.row)))
            }
        }
        router.post("/enclaves") { request, context in
            try await authenticated(.enclaves, request, context) { try await create(request) }
        }
        router.get("/enclaves/:id") { request, context in
            try await enclave(request, context) { Answer(.ok, try fleet.find($0).row) }
        }
        router.get("/enclaves/:id/logs") { request, context in
            try await enclave(request, context) { Self.logs(of: try fleet.find($0)) }
        }
        router.delete("/enclaves/:id") { request, context in
            try await enclave(request, context) {
                try fleet.destroy($0)
                return Answer(.noContent)
            }
        }
        let actions: [(String, @Sendable (String) throws -> Void)] = [
            ("stop", { try fleet.stop($0) }), ("start", { try fleet.start($0) }),
            ("restart", { try fleet.restart($0) }),
        ]
        for (word, action) in actions {
            router.post("/enclaves/:id/\(word)") { request, context in
                try await enclave(request, context) {
                    try action($0)
                    return Answer(.accepted)
                }
            }
        }
    }

    private func enclave(
        _ request: Request, _ context: SandboxContext, work: (String) throws -> Answer
    ) async throws -> Response {
        try await authenticated(.enclaves, request, context) {
            let id = context.parameters.get("id") ?? ""
            do {
                return try work(id)
            } catch EnclaveFleet.Refusal.unknown {
                return .refusal(.notFound, "not_found", "there is no enclave \(id)")
            } catch EnclaveFleet.Refusal.conflict(let action, let status) {
                return .refusal(
                    .conflict, "conflict", "cannot \(action) an enclave that is \(status.rawValue)")
            }
        }
    }

    private func create(_ request: Request) async throws -> Answer {
        guard let body = try await request.json() else {
            return .refusal(.badRequest, "invalid", "the body is not JSON")
        }
        switch EnclaveOrderReader.read(body) {
        case .success(let order): return Answer(.created, fleet.add(order).row)
        case .failure(let problem): return .refusal(.unprocessableContent, "invalid", problem.text)
        }
    }

    private static func logs(of enclave: SimulatedEnclave) -> Answer {
        Answer(
            .ok,
            .object([
                "build_log": .string(enclave.buildLog.map { $0 + "\n" }.joined()),
                "runtime_log": .string(enclave.runtimeLog.map { $0 + "\n" }.joined()),
            ]))
    }
}

/// Reads and checks the body of `POST /enclaves`.
enum EnclaveOrderReader {
    struct Problem: Error {
        let text: String
    }

    /// The smallest storage an enclave can have: 128 MiB.
    private static let leastStorage: Int64 = 128 << 20
    private static let sizes: Set = ["small", "medium", "large"]

    static func read(_ body: JSONValue) -> Result<SimulatedEnclave.Order, Problem> {
        guard let image = body[key: "image"]?.text, !image.isEmpty else {
            return .failure(Problem(text: "\"image\" is required"))
        }
        let size = body[key: "instance_type"]?.text ?? "small"
        guard sizes.contains(size) else {
            return .failure(Problem(text: "instance_type is small, medium or large"))
        }
        let storage = body[key: "storage_size_bytes"]?.integer
        if let storage, storage < leastStorage {
            return .failure(Problem(text: "storage_size_bytes is at least \(leastStorage)"))
        }
        return .success(
            SimulatedEnclave.Order(
                image: image, instanceType: size,
                containerPort: body[key: "container_port"]?.integer, storageSizeBytes: storage,
                name: body[key: "name"]?.text, visibility: body[key: "visibility"]?.text,
                upgradable: body[key: "upgradable"]?.bool ?? false))
    }
}
