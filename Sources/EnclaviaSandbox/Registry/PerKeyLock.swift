/// One at a time for each name, in the order of their coming.
///
/// The registry's file driver rewrites in place the links that lead to a manifest, so that whoever reads
/// one in mid-write gets a 500. Registries with a store that replaces them as a whole do not.
actor PerKeyLock {
    /// Who waits, by the name whose turn is taken.
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` when it is the turn of `name`.
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
