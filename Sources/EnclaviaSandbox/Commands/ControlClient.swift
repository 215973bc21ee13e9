import ArgumentParser
import AsyncHTTPClient
import Foundation

/// Speaks with the sandbox that a command runs in.
enum ControlClient {
    struct Call {
        let method: String
        let path: String
        let query: [(String, String)]
        let body: JSONValue?

        init(
            _ method: String, _ path: String, query: [(String, String)] = [],
            body: JSONValue? = nil
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.body = body
        }
    }

    /// Makes the call and prints the answer; anything but success is an error of exit code 69.
    static func print(_ call: Call) async throws {
        let report = Report(quiet: false)
        guard let base = ProcessInfo.processInfo.environment["ENCLAVIA_SANDBOX_URL"] else {
            report.say("error: ENCLAVIA_SANDBOX_URL is not set: run this inside a sandbox")
            throw ExitCode(69)
        }
        do {
            let (status, text) = try await answer(call, base: base)
            guard status < 300 else { throw SandboxError.refused(status: status, text) }
            if !text.isEmpty { report.result(text) }
        } catch {
            report.say("error: \(error)")
            throw ExitCode(69)
        }
    }

    private static func answer(_ call: Call, base: String) async throws -> (Int, String) {
        var components = URLComponents()
        components.queryItems = call.query.map { URLQueryItem(name: $0.0, value: $0.1) }
        let query = call.query.isEmpty ? "" : "?" + (components.percentEncodedQuery ?? "")
        var request = HTTPClientRequest(url: base + call.path + query)
        request.method = .init(rawValue: call.method)
        if let body = call.body { request.body = .bytes(try body.jsonText()) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 30)
        return (Int(response.status.code), String(buffer: bytes))
    }
}
