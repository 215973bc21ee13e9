import Foundation
import Subprocess
import SystemPackage

/// The parameters of a small image, which it loads into the engine.
struct ImageRecipe: Sendable {
    /// With its tag.
    let reference: String
    let labels: [String: String]
    /// Bytes of random content.
    let size: Int
    let layers: Int
    let seed: UInt64

    /// Loads the image into the engine of the environment; returns its reference.
    func load() async throws -> String {
        let name = ProcessInfo.processInfo.environment["ENCLAVIA_ENGINE"] ?? "docker"
        guard let engine = name.contains("/") ? name : Programs.find(name) else {
            throw SandboxError.missingProgram(
                name, package: name == "docker" ? "docker.io" : name)
        }
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let file = "\(parent)/enclavia-image.\(getpid()).tar"
        defer { unlink(file) }
        try ImageArchive(recipe: self).write(to: file)
        let result = try await Subprocess.run(
            .path(FilePath(engine)), arguments: ["load", "--quiet", "--input", file],
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            let words = result.standardError.trimmingCharacters(in: .whitespacesAndNewlines)
            throw SandboxError.imageRefused(words)
        }
        return reference
    }
}
