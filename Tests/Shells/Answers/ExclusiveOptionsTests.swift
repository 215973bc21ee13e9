import EnclaviaCompletion
import Foundation
import TestSupport
import Testing

/// The options that completion does not offer together are those that the program does not take together.
@Suite struct ExclusiveOptionsTests {
    /// Commands that ask or wait, and take nothing that contradicts.
    private static let waiting: Set<String> = ["auth login"]

    private static func leaves(_ tree: CommandTree, _ path: [String] = []) -> [(
        path: [String], tree: CommandTree
    )] {
        tree.verbs.isEmpty
            ? [(path, tree)] : tree.verbs.flatMap { leaves($0, path + [$0.name]) }
    }

    static let commands = leaves(.enclavia).map { $0.path.joined(separator: " ") }
        .filter { !waiting.contains($0) }

    /// Stands for the path of a file that does not exist.
    private static let newFile = "<new file>"

    /// Something that a value may be.
    private static func sample(_ kind: ValueKind) -> String {
        switch kind {
        case .words(let words): words[0]
        case .file: newFile
        case .digest: SampleHistory.digest("a")
        case .label: "a=b"
        case .time: "now"
        case .destination, .reference, .localImage, .pushOrReference, .glob: "a:b"
        default: "1"
        }
    }

    /// Whether the program refuses the command line.
    private static func isRefused(_ words: [String], _ folder: Folder) async throws -> Bool {
        let words = words.map {
            $0.replacing(newFile, with: "\(folder.path)/\(UUID().uuidString)")
        }
        let run = try await Run.program(
            "timeout", ["2", Build.product("enclavia")] + words,
            environment: [
                "HOME": folder.path, "ENCLAVIA_STATE_DIR": "\(folder.path)/state",
                "DOCKER_HOST": "unix:///nonexistent", "ENCLAVIA_BACKEND_URL": "http://127.0.0.1:9",
            ])
        return run.status == 64
    }

    @Test(arguments: commands)
    func `a command refuses two options together exactly if it declares them as exclusive`(
        _ command: String
    ) async throws {
        let folder = try Folder()
        let path = command.split(separator: " ").map(String.init)
        let tree = try #require(Self.leaves(.enclavia).first { $0.path == path }).tree
        let word = { (kind: ValueKind?) in kind.map { [Self.sample($0)] } ?? [] }
        let operands = tree.operands.filter { !$0.isOptional }.flatMap { word($0.value) }
        var parts = tree.options.map { ($0.names[0], [$0.names[0]] + word($0.value)) }
        parts.append(("--json", ["--json"]))
        parts += tree.operands.filter(\.isOptional).map { ("<\($0.name)>", word($0.value)) }
        // What is refused alone needs something else, or is not known here.
        var alone: [(String, [String])] = []
        let isBareRefused = try await Self.isRefused(path + operands, folder)
        for part in parts {
            let isRefused = try await Self.isRefused(path + operands + part.1, folder)
            if !isRefused { alone.append(part) }
        }
        #expect(!alone.isEmpty || isBareRefused)
        for (index, one) in alone.enumerated() {
            for other in alone[(index + 1)...] {
                let isRefused = try await Self.isRefused(path + operands + one.1 + other.1, folder)
                let isDeclared = tree.exclusive.contains {
                    $0.contains(one.0) && $0.contains(other.0)
                }
                #expect(isRefused == isDeclared, "\(command): \(one.0) with \(other.0)")
            }
        }
        let known = Set(parts.map(\.0))
        #expect(tree.exclusive.joined().allSatisfy(known.contains))
    }
}
