/// Polls enclaves until the status of each is terminal.
package struct EnclavePoller: Sendable {
    /// The interval between two polls.
    package static let pause: Duration = .seconds(1)
    /// The number of failed polls in a row after which the poller gives up.
    package static let maxRetries = 10

    private let enclaves: any Enclaves
    private let pause: Duration

    package init(_ enclaves: any Enclaves, pause: Duration = EnclavePoller.pause) {
        self.enclaves = enclaves
        self.pause = pause
    }

    /// Polls the enclaves with those full ids until the status of each is terminal.
    ///
    /// - Parameter report: called with each enclave when it is first seen and whenever its status changes.
    /// - Returns: the enclaves as they were seen last, in the order of `ids`.
    /// - Throws: `CancellationError` when the task is cancelled, which ends the polling and nothing else;
    ///   ``BackendError``.
    package func follow(
        _ ids: [String], _ report: (Enclave) -> Void
    ) async throws -> [Enclave] {
        var seen: [String: Enclave] = [:]
        var failures = 0
        while true {
            do throws(BackendError) {
                for id in ids where seen[id]?.isTerminal != true {
                    let enclave = try await enclaves.get(id)
                    if seen.updateValue(enclave, forKey: id)?.status != enclave.status {
                        report(enclave)
                    }
                }
                failures = 0
            } catch {
                try Task.checkCancellation()
                failures += 1
                guard error.isTransient, failures < Self.maxRetries else { throw error }
            }
            let known = ids.compactMap { seen[$0] }
            if known.count == ids.count, known.allSatisfy(\.isTerminal) { return known }
            try await Task.sleep(for: pause)
        }
    }
}
