import ArgumentParser
import AsyncHTTPClient
import EnclaviaCore
import EnclaviaSystem
import Foundation

/// Calls the control API of the sandbox in which a command runs.
enum ControlClient {
    struct Call {
        let method: String
        let path: String
        let query: [(name: String, value: String)]
        let body: JSONValue?

        init(
            _ method: String, _ path: String, query: [(name: String, value: String)] = [],
            body: JSONValue? = nil
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.body = body
        }
    }

    /// Sends the request and prints the response. Exits with code 69 unless it succeeds.
    static func print(_ call: Call) async throws {
        let report = Report(quiet: false)
        guard let base = ProcessInfo.processInfo.environment["ENCLAVIA_SANDBOX_URL"] else {
            report.log("error: ENCLAVIA_SANDBOX_URL is not set: run this inside a sandbox")
            throw ExitCode(69)
        }
        do {
            let (status, text) = try await answer(call, base: base)
            guard status < 300 else { throw SandboxError.refused(status: status, text) }
            if !text.isEmpty { report.result(text) }
        } catch {
            report.log("error: \(error)")
            throw ExitCode(69)
        }
    }

    private static func answer(_ call: Call, base: String) async throws -> (Int, String) {
        let query = call.query.isEmpty ? "" : "?" + PercentEncoding.form(call.query)
        var request = HTTPClientRequest(url: base + call.path + query)
        request.method = .init(rawValue: call.method)
        if let body = call.body { request.body = .bytes(Array(try JSONText.encode(body).utf8)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 30)
        return (Int(response.status.code), String(buffer: bytes))
    }
}
