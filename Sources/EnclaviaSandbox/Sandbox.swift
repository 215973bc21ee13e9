import AsyncHTTPClient
import Foundation

/// A running local Enclavia.
package struct Sandbox: Sendable {
    /// The directory with everything it makes.
    package let root: String
    package let backendURL: String
    /// `host:port`
    package let registry: String
    /// The variables for a command inside; nil unsets a variable.
    package let environment: [String: String?]
    private let watchdog: Watchdog

    /// Makes the watchdog remove `file` if the sandbox is killed.
    func adopt(_ file: String) { watchdog.remove(file) }

    /// Starts a sandbox, runs `body`, and always stops the sandbox, also after an error or a cancellation.
    package static func with<Value: Sendable>(
        _ settings: SandboxSettings, report: Report,
        _ body: @Sendable (Sandbox) async throws -> Value
    ) async throws -> Value {
        let teardown = Teardown()
        let outcome: Result<Value, any Error>
        do {
            let sandbox = try await bringUp(settings, teardown, report)
            outcome = .success(try await body(sandbox))
        } catch {
            outcome = .failure(error)
        }
        // A separate task, so that the cancellation of the caller does not affect the shutdown.
        await Task { await teardown.unwind() }.value
        return try outcome.get()
    }

    private static func bringUp(
        _ settings: SandboxSettings, _ teardown: Teardown, _ report: Report
    ) async throws -> Sandbox {
        let began = ContinuousClock.now
        let watchdog = Watchdog(reporting: report)
        await teardown.add { await watchdog.dismiss() }
        let parent =
            settings.root ?? ProcessInfo.processInfo.environment["TMPDIR"].flatMap(nonEmpty)
            ?? "/tmp"
        let directory = try SandboxDirectory(in: parent)
        watchdog.remove(directory.path)
        await teardown.add { directory.remove() }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: clientConfiguration)
        await teardown.add { await shutDown(client, report) }

        async let engine = engine(settings, directory, client, watchdog, teardown, report)
        async let database = database(settings, directory, watchdog, teardown, report)
        let services = try await Services.start(
            settings, directory, client, watchdog, teardown)
        let started = try await engine
        if let started {
            await teardown.add { await started.forget(registry: services.registry) }
        }
        let environment = try SandboxEnvironment.prepare(
            in: directory, settings: settings, services: services, engine: started,
            database: try await database)
        let time = began.duration(to: .now) / .milliseconds(1)
        report.progress(
            "up in \(Int(time)) ms: backend \(services.backendURL), "
                + "registry \(services.registry), engine \(started?.description ?? "none")")
        return Sandbox(
            root: directory.path, backendURL: services.backendURL, registry: services.registry,
            environment: environment, watchdog: watchdog)
    }

    private static func engine(
        _ settings: SandboxSettings, _ directory: SandboxDirectory, _ client: HTTPClient,
        _ watchdog: Watchdog, _ teardown: Teardown, _ report: Report
    ) async throws -> Engine? {
        if settings.engine == .none { return nil }
        if settings.engine == .existingOrPrivate, let engine = await Engine.existing(client: client)
        {
            return engine
        }
        report.progress("starting a private container engine")
        let engine = try await Engine.start(in: directory, client: client, watchdog: watchdog)
        await teardown.add { await engine.stop() }
        return engine
    }

    private static func database(
        _ settings: SandboxSettings, _ directory: SandboxDirectory, _ watchdog: Watchdog,
        _ teardown: Teardown, _ report: Report
    ) async throws -> Database? {
        guard settings.hasDatabase else { return nil }
        report.progress("starting a private PostgreSQL server")
        let database = try await Database.start(in: directory, watchdog: watchdog)
        await teardown.add { await database.stop() }
        return database
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// Fifty concurrent pushes use several connections each. Failed connections are not retried: an engine
    /// that has stopped would delay the end of the sandbox.
    private static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private static func shutDown(_ client: HTTPClient, _ report: Report) async {
        do {
            try await client.shutdown()
        } catch {
            report.log("the HTTP client did not shut down: \(error)")
        }
    }
}

/// The steps to undo, newest first.
actor Teardown {
    private var steps: [@Sendable () async -> Void] = []

    func add(_ step: @escaping @Sendable () async -> Void) {
        steps.append(step)
    }

    func unwind() async {
        while let step = steps.popLast() { await step() }
    }
}
