import EnclaviaCore
import EnclaviaSystem

/// Inspects images through the engine's client, which also reaches remote engines.
package struct ClientInspector: Sendable {
    let program: EngineProgram
    let environment: [String: String]
    /// For messages.
    let endpoint: String

    package init(program: EngineProgram, environment: [String: String], endpoint: String) {
        self.program = program
        self.environment = environment
        self.endpoint = endpoint
    }

    /// Returns the image, and whether the client is podman under another name.
    ///
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)``;
    ///   ``EngineError/unavailable(endpoint:reason:)`` and ``EngineError/problem(_:reason:)``;
    ///   ``EngineError/failed(command:status:output:)`` for a name that the engine refuses;
    ///   ``EngineError/badOutput(command:detail:)``.
    package func inspect(
        _ image: String
    ) async throws(EngineError) -> (EngineInspection, isPodman: Bool) {
        async let asked = result { () async throws(EngineError) in try await versionResponse() }
        let command = command("image", "inspect", "--", image)
        let inspected = await result { () async throws(EngineError) in
            try await command.collect()
        }
        let (response, engine) = try await asked.get()
        let outcome = try inspected.get()

        guard outcome.isSuccess else {
            guard Self.saysMissing(outcome.errorOutput) else {
                throw .failed(
                    command: command.summary, status: outcome.status, output: outcome.tail)
            }
            throw .imageNotFound(image: image, nearest: await nearest(to: image))
        }
        guard let found = PrintedJSON.first(ImageList.self, in: outcome.output)?.image else {
            throw .badOutput(command: command.summary, detail: "no image in \(outcome.excerpt)")
        }
        let inspection = EngineInspection(
            image: found.image, store: found.store(of: engine), engine: engine,
            sizeBytes: found.size)
        return (inspection, response.isPodman)
    }

    /// The engine's name and version; `nil`, with the reason, where no engine responds.
    func version() async throws(EngineError) -> (EngineVersion?, reason: String) {
        do throws(EngineError) {
            return (try await versionResponse().engine, "")
        } catch .unavailable(_, let reason) {
            return (nil, reason)
        } catch .problem(_, let reason) {
            return (nil, reason)
        } catch .badOutput(let command, let detail) {
            return (nil, "\(command): \(detail)")
        } catch {
            throw error
        }
    }

    /// The versions of the client and of the engine.
    ///
    /// - Throws: ``EngineError/unavailable(endpoint:reason:)`` where no engine responds.
    func versionResponse() async throws(EngineError) -> (
        response: VersionResponse, engine: EngineVersion
    ) {
        // Clients before 23.0 take the word `json` for a template.
        let command = command("version", "--format", "{{json .}}")
        let outcome: ProgramRun.Outcome
        do throws(EngineError) {
            outcome = try await command.collect()
        } catch .problem(.noResponse, let reason) {
            throw .unavailable(endpoint: endpoint, reason: reason)
        } catch {
            throw error
        }
        // Without an engine, Docker's client prints its own version and fails.
        let response = PrintedJSON.first(VersionResponse.self, in: outcome.output)
        if let response, let engine = response.engine { return (response, engine) }
        guard outcome.isSuccess, response == nil else {
            throw .unavailable(endpoint: endpoint, reason: OutputTail(outcome.errorOutput).text)
        }
        throw .badOutput(command: command.summary, detail: "no version in \(outcome.excerpt)")
    }

    /// Docker: `No such image`; podman: `image not known`. The exit status does not tell.
    static func saysMissing(_ output: String) -> Bool {
        let output = output.lowercased()
        return ["no such image", "image not known", "no such object"].contains(
            where: output.contains)
    }

    private func nearest(to image: String) async -> [String] {
        let format = "{{.Repository}}:{{.Tag}}"
        // Only a suggestion: without it, the error is still reported.
        guard let outcome = try? await command("image", "ls", "--format", format).collect(),
            outcome.isSuccess
        else { return [] }
        let names = String(decoding: outcome.output, as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            // Skip notices that a script or a plugin prints.
            .filter { !$0.contains(where: \.isWhitespace) }
        return NearestNames.to(image, among: names.map(String.init))
    }

    private func command(_ arguments: String...) -> EngineCommand {
        EngineCommand(program: program.path, arguments: arguments, environment: environment)
    }
}
