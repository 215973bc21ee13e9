import EnclaviaCore
import Synchronization
import Testing

/// Enclaves with a list of answers: each query gets the next one, and the last one repeats.
final class FleetDouble: Enclaves {
    private let listed: [Enclave]
    private let responses: Mutex<[String: [Result<Enclave, BackendError>]]>
    private let questions = Mutex(0)

    init(_ listed: [Enclave] = [], responses: [String: [Result<Enclave, BackendError>]] = [:]) {
        self.listed = listed
        self.responses = Mutex(responses)
    }

    static func enclave(
        _ id: String, _ status: String = "running", isArchived: Bool = false,
        error: String? = nil
    ) -> Enclave {
        Enclave(
            id: id, name: nil, dockerImage: "alice/app:v1", status: status,
            instanceType: "small", createdAt: nil, isArchived: isArchived, errorMessage: error)
    }

    /// The number of queries of single enclaves.
    var asked: Int { questions.withLock { $0 } }

    func list(archived: Bool) async throws(BackendError) -> [Enclave] {
        listed.filter { archived || !$0.isArchived }
    }

    func get(_ id: String) async throws(BackendError) -> Enclave {
        questions.withLock { $0 += 1 }
        let response = responses.withLock { responses -> Result<Enclave, BackendError>? in
            guard let first = responses[id]?.first else { return nil }
            if responses[id].map({ $0.count > 1 }) == true { responses[id]?.removeFirst() }
            return first
        }
        guard let response else { throw .notFound(what: "enclave \(id)") }
        return try response.get()
    }

    func create(_ request: EnclaveRequest) async throws(BackendError) -> Enclave {
        throw Self.unexpected("create")
    }
    func logs(_ id: String) async throws(BackendError) -> EnclaveLogs {
        throw Self.unexpected("logs")
    }
    func stop(_ id: String) async throws(BackendError) { throw Self.unexpected("stop") }
    func start(_ id: String) async throws(BackendError) { throw Self.unexpected("start") }
    func restart(_ id: String) async throws(BackendError) { throw Self.unexpected("restart") }
    func destroy(_ id: String) async throws(BackendError) { throw Self.unexpected("destroy") }

    private static func unexpected(_ call: String) -> BackendError {
        Issue.record("unexpected call: \(call)")
        return .notFound(what: call)
    }
}
