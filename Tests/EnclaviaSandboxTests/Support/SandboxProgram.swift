import TestSupport

/// The executable as it is shipped.
enum SandboxProgram {
    static let path = Build.product("enclavia-sandbox")

    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Run {
        try await Run.program(path, arguments, environment: environment)
    }
}
