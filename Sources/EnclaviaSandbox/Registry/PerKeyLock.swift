/// Serializes work for each name, in the order of arrival.
///
/// The registry's file driver rewrites the links that lead to a manifest in place, so that a concurrent
/// read fails with 500. Registries whose store replaces links atomically do not need this.
actor PerKeyLock {
    /// The waiters, by name; a name is a key while its lock is held.
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` while it holds the lock of `name`.
    nonisolated func take<Value: Sendable>(
        _ name: String, _ body: () async throws -> Value
    ) async throws -> Value {
        await begin(name)
        do {
            let value = try await body()
            await end(name)
            return value
        } catch {
            await end(name)
            throw error
        }
    }

    private func begin(_ name: String) async {
        guard waiting[name] != nil else {
            waiting[name] = []
            return
        }
        await withCheckedContinuation { waiting[name]?.append($0) }
    }

    private func end(_ name: String) {
        guard let next = waiting[name]?.first else {
            waiting[name] = nil
            return
        }
        waiting[name]?.removeFirst()
        next.resume()
    }
}
