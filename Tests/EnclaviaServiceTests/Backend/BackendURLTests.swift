import EnclaviaCore
import EnclaviaService
import Testing

/// Invalid values of `ENCLAVIA_BACKEND_URL`.
struct BackendURLTests {
    @Test(arguments: [
        "https://bob:hunter2@api.example", "https://bob:hunter2@", "http://hunter2@api.example",
        "bob:hunter2@api.example",
    ])
    func `a backend with a password in its URL is refused, and shown without it`(
        _ url: String
    ) async throws {
        let backend = try Fixture().backend(url, token: "t")
        #expect(!backend.url.contains("hunter2"))
        let error = await errorOf { () async throws(BackendError) in
            try await backend.get("e1")
        }
        guard case .configuration(subject: "ENCLAVIA_BACKEND_URL", let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.contains("hunter2"))
    }
}
