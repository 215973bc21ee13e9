/// Runs `body` in a task that is cancelled when the time limit is reached, or with the caller's task.
///
/// - Parameter limit: `nil` for no limit.
package func withTimeLimit<Value: Sendable>(
    _ limit: Duration?, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let limit else { return try await body() }
    let work = Task { try await body() }
    let timer = Task {
        try await Task.sleep(for: limit)
        work.cancel()
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
        try await work.value
    } onCancel: {
        work.cancel()
    }
}
