import EnclaviaSandbox
import Testing

/// Gives a suite one sandbox for all its tests.
struct SandboxTrait: SuiteTrait, TestScoping {
    let settings: SandboxSettings

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Sandbox.with(settings, report: Report(quiet: true)) { sandbox in
            try await Current.$sandbox.withValue(sandbox) { try await function() }
        }
    }
}

extension Trait where Self == SandboxTrait {
    /// A sandbox without an engine: the backend, the realm and the registry.
    static var services: SandboxTrait { services(buildTime: .milliseconds(50)) }

    /// The same, with builds that do not end.
    static var slowBuilds: SandboxTrait { services(buildTime: .seconds(600)) }

    private static func services(buildTime: Duration) -> SandboxTrait {
        var settings = SandboxSettings()
        settings.engine = .none
        settings.buildTime = buildTime
        return SandboxTrait(settings: settings)
    }

    /// A sandbox with an engine of its own.
    static var engine: SandboxTrait {
        var settings = SandboxSettings()
        settings.engine = .privateOnly
        return SandboxTrait(settings: settings)
    }
}

/// The suite's sandbox.
enum Current {
    @TaskLocal static var sandbox: Sandbox?

    static func get() throws -> Sandbox { try #require(sandbox) }

    /// The variables of commands inside.
    static var environment: [String: String] {
        get throws { try get().environment.compactMapValues { $0 } }
    }
}
