import EnclaviaCore
import EnclaviaSystem
import NIOHTTP1

extension EnclaviaBackend: Enclaves {
    package func list(archived: Bool) async throws(BackendError) -> [Enclave] {
        try await ask([EnclaveJSON].self, .GET, "/enclaves" + (archived ? "?archived=all" : ""))
            .map(\.enclave)
    }

    package func create(_ request: EnclaveRequest) async throws(BackendError) -> Enclave {
        var call = BackendRequest(.POST, "/enclaves")
        call.body = try Self.body(EnclaveRequestJSON(request), call: call.name)
        let (response, _) = try await calls.response(call)
        return try AnswerJSON.decode(EnclaveJSON.self, response, call: call.name).enclave
    }

    package func get(_ id: String) async throws(BackendError) -> Enclave {
        try await ask(EnclaveJSON.self, .GET, Self.target(id), about: id).enclave
    }

    package func logs(_ id: String) async throws(BackendError) -> EnclaveLogs {
        try await ask(EnclaveLogsJSON.self, .GET, Self.target(id, "/logs"), about: id).logs
    }

    package func stop(_ id: String) async throws(BackendError) {
        try await command(.POST, Self.target(id, "/stop"), about: id)
    }

    package func start(_ id: String) async throws(BackendError) {
        try await command(.POST, Self.target(id, "/start"), about: id)
    }

    package func restart(_ id: String) async throws(BackendError) {
        try await command(.POST, Self.target(id, "/restart"), about: id)
    }

    package func destroy(_ id: String) async throws(BackendError) {
        try await command(.DELETE, Self.target(id), about: id)
    }

    /// Sends a request that only reads, which may be repeated.
    private func ask<Answer: Decodable>(
        _ type: Answer.Type, _ method: HTTPMethod, _ target: String, about id: String? = nil
    ) async throws(BackendError) -> Answer {
        var request = BackendRequest(method, target)
        request.subject = id.map { "enclave \($0)" }
        request.limits.tries = 3
        let (response, _) = try await calls.response(request)
        return try AnswerJSON.decode(type, response, call: request.name)
    }

    /// Sends a command, once, and checks only the status of the response.
    private func command(
        _ method: HTTPMethod, _ target: String, about id: String
    ) async throws(BackendError) {
        var request = BackendRequest(method, target)
        request.subject = "enclave \(id)"
        _ = try await calls.response(request)
    }

    /// The path of an enclave. The id comes from the user and is escaped, so that it stays one segment.
    private static func target(_ id: String, _ rest: String = "") throws(BackendError) -> String {
        guard !id.isEmpty, id != ".", id != ".." else {
            throw .notFound(what: "enclave \(id)")
        }
        return "/enclaves/\(PercentEncoding.encode(id))\(rest)"
    }
}
