import EnclaviaCompletion
import EnclaviaCore

/// Advice for a word that is not a command.
package enum CommandAdvice: Hashable, Sendable {
    /// One of these commands, the likeliest first; each is a path with the program's name first.
    case commands([[String]])
    /// `enclavia --version`.
    case version
    /// Docker's `tag`: a push names the tag.
    case tag
    /// Docker's `pull`, `build` and so on, for which this program has no commands.
    case engine(String)

    /// The most commands that are named.
    private static let limit = 3

    /// - Parameters:
    ///   - group: the command in which `word` was looked for.
    ///   - path: its path, the program's name first.
    /// - Returns: `nil` where no command is near.
    init?(for word: String, in group: CommandTree, at path: [String], of root: CommandTree) {
        if path.count == 1, let advice = Self.foreign(word, root.name) {
            self = advice
            return
        }
        let here = (Self.synonyms[word] ?? []).map {
            [root.name] + $0.split(separator: " ").map(String.init)
        }.filter { $0.dropLast().elementsEqual(path) }
        if !here.isEmpty {
            self = .commands(here)
            return
        }
        let all = Self.paths(of: root)
        let exact = all.filter { $0.last == word }
        if !exact.isEmpty {
            self = .commands(Array(exact.prefix(Self.limit)))
            return
        }
        let own = group.verbs.map { path + [$0.name] }
        let near = [own, all].lazy.map { Self.nearest(to: word, among: $0) }.first { !$0.isEmpty }
        guard let near else { return nil }
        self = .commands(Array(near.prefix(Self.limit)))
    }

    /// Advice for a command of docker, gh or git that this program names otherwise, or does not have.
    private static func foreign(_ word: String, _ program: String) -> CommandAdvice? {
        if let verbs = synonyms[word] {
            return .commands(verbs.map { [program] + $0.split(separator: " ").map(String.init) })
        }
        return switch word {
        case "version": .version
        case "tag": .tag
        case "pull", "build", "images", "image", "rmi": .engine(word)
        default: nil
        }
    }

    private static let synonyms = [
        "ls": ["history list", "enclave list"], "log": ["history list", "enclave logs"],
        "search": ["history list"], "find": ["history list"], "inspect": ["history show"],
        "audit": ["history verify"], "whoami": ["auth status"], "ps": ["enclave list"],
        "run": ["enclave create"], "deploy": ["enclave create"], "rm": ["enclave destroy"],
        "kill": ["enclave stop"], "watch": ["events"], "tail": ["events"],
        "resend": ["notify"], "retry": ["notify"], "check": ["doctor"], "info": ["status"],
    ]

    private static func paths(of command: CommandTree, _ above: [String] = []) -> [[String]] {
        let path = above + [command.name]
        return (above.isEmpty ? [] : [path]) + command.verbs.flatMap { paths(of: $0, path) }
    }

    /// The paths whose last name begins with `word`, unless that is a single letter; else those at the least edit
    /// distance, if that may be a typing error.
    private static func nearest(to word: String, among paths: [[String]]) -> [[String]] {
        let last = { (path: [String]) in path.last ?? "" }
        if word.utf8.count > 1 {
            let begun = paths.filter { last($0).hasPrefix(word) }
            if !begun.isEmpty { return begun }
        }
        let found = paths.compactMap { path -> (path: [String], distance: Int)? in
            let distance = EditDistance.between(word, last(path))
            return distance <= EditDistance.maxTypos(word) ? (path, distance) : nil
        }
        guard let least = found.map(\.distance).min() else { return [] }
        return found.filter { $0.distance == least }.map(\.path)
    }
}

extension EditDistance {
    /// The most edits of a word that may be a typing error: one in three letters, at least one from three
    /// letters on.
    static func maxTypos(_ word: some StringProtocol) -> Int {
        word.utf8.count < 3 ? 0 : max(1, word.utf8.count / 3)
    }
}
