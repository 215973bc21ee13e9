import EnclaviaCore

/// Asks an engine for an image through its client, wherever the engine is.
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

    /// Tells the image, and whether the client turned out to be podman under another name.
    ///
    /// - Throws: ``EngineError/imageNotFound(image:nearest:)``;
    ///   ``EngineError/unavailable(endpoint:reason:)``;
    ///   ``EngineError/failed(command:status:output:)`` for a name that the engine refuses.
    package func inspect(
        _ image: String
    ) async throws(EngineError) -> (EngineInspection, isPodman: Bool) {
        async let version = versionOutcome()
        let command = command("image", "inspect", "--", image)
        let outcome = try await command.collect()
        let (answer, versionTail) = try await version.get()

        guard let engine = answer?.engine else {
            throw .unavailable(endpoint: endpoint, reason: OutputTail(versionTail).text)
        }
        guard outcome.isSuccess else {
            guard Self.saysMissing(outcome.errorOutput) else {
                throw .failed(
                    command: command.summary, status: outcome.status, output: outcome.tail)
            }
            throw .imageNotFound(image: image, nearest: await nearest(to: image))
        }
        guard let found = decodeAnswer([ImageAnswer].self, outcome.output)?.first else {
            throw .badOutput(command: command.summary, detail: "not the JSON of an image")
        }
        let inspection = EngineInspection(
            image: found.image, store: found.store(of: engine), engine: engine,
            sizeBytes: found.size)
        return (inspection, answer?.isPodman ?? false)
    }

    /// The engine's name and version; `nil` where no engine answered, and why.
    func version() async throws(EngineError) -> (EngineVersion?, reason: String) {
        let (answer, tail) = try await versionOutcome().get()
        return (answer?.engine, OutputTail(tail).text)
    }

    /// Docker's client prints what it knows of itself, and fails, where no engine answers.
    private func versionOutcome() async -> Result<(VersionAnswer?, String), EngineError> {
        do throws(EngineError) {
            // Clients before 23.0 take the word `json` for a template.
            let outcome = try await command("version", "--format", "{{json .}}").collect()
            return .success((decodeAnswer(VersionAnswer.self, outcome.output), outcome.errorOutput))
        } catch {
            return .failure(error)
        }
    }

    /// Docker: `No such image`; podman: `image not known`. Neither tells by its exit status.
    static func saysMissing(_ output: String) -> Bool {
        let output = output.lowercased()
        return ["no such image", "image not known", "no such object"].contains(
            where: output.contains)
    }

    private func nearest(to image: String) async -> [String] {
        let format = "{{.Repository}}:{{.Tag}}"
        // Only a suggestion: the error that it goes with is told anyway.
        guard let outcome = try? await command("image", "ls", "--format", format).collect(),
            outcome.isSuccess
        else { return [] }
        let names = String(decoding: outcome.output, as: UTF8.self).split(
            whereSeparator: \.isNewline)
        return NearestNames.to(image, among: names.map(String.init))
    }

    private func command(_ arguments: String...) -> EngineCommand {
        EngineCommand(program: program.path, arguments: arguments, environment: environment)
    }
}
