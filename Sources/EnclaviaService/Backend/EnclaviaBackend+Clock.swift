import EnclaviaCore

extension EnclaviaBackend: ClockProbe {
    /// Every response carries the time, so this sends `HEAD /` without a token.
    package func clockOffset() async throws(BackendError) -> Int64? {
        let backend = try calls.tokens.backend()
        let before = calls.system.now()
        let response: HTTPResponse
        do {
            response = try await calls.tokens.transport.send(
                HTTPCall(.HEAD, backend, "/"), within: .seconds(10))
        } catch {
            throw BackendError(error, call: "HEAD /", backend: backend)
        }
        let after = calls.system.now()
        guard let date = response.headers.first(name: "Date").flatMap({ HTTPDate.timestamp($0) })
        else { return nil }
        let middle = before.milliseconds + (after.milliseconds - before.milliseconds) / 2
        // The header has whole seconds, rounded down: on average half a second is missing.
        return date.milliseconds + 500 - middle
    }
}
