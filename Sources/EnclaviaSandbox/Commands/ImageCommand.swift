import ArgumentParser
import Foundation
import Subprocess
import SystemPackage

/// `enclavia-sandbox image <reference>`
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Create a small image in the container engine, without a network.",
        discussion: """
            The engine is the one at DOCKER_HOST, or podman if ENCLAVIA_ENGINE=podman. The same arguments create the same image; another \
            --seed creates another one.
            """)

    @Argument(help: "The image's name, such as hello or hello:v2.")
    var reference: String

    @Option(
        name: .customLong("label"),
        help: ArgumentHelp(
            "A label of the image's configuration; may be repeated.",
            valueName: "key=value"))
    var labels: [String] = []

    @Option(help: "The size of the random content in bytes.")
    var size = 0

    @Option(help: "The number of layers of the content.")
    var layers = 1

    @Option(help: "The seed of the random content.")
    var seed: UInt64 = 1

    func validate() throws {
        for label in labels where !label.contains("=") || label.hasPrefix("=") {
            throw ValidationError("\"\(label)\" is not a valid label: use key=value")
        }
        guard (0...(64 << 30)).contains(size) else {
            throw ValidationError("--size must be a number of bytes, at most 64 GiB")
        }
        guard (1...100).contains(layers) else {
            throw ValidationError("--layers must be a number from 1 to 100")
        }
    }

    func run() async throws {
        let report = Report(quiet: false)
        let name = reference.contains(":") ? reference : reference + ":latest"
        var pairs: [String: String] = [:]
        for label in labels {
            let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[String(parts[0])] = String(parts[1])
        }
        let recipe = ImageRecipe(
            reference: name, labels: pairs, size: size, layers: layers, seed: seed)
        do {
            report.result(try await recipe.load())
        } catch {
            report.log("error: \(error)")
            throw ExitCode(69)
        }
    }
}
