import EnclaviaCompletion
import EnclaviaCore

/// Advice for an option that the command does not have.
package enum OptionAdvice: Hashable, Sendable {
    /// One of these options of the command.
    case options([String])
    /// The option belongs to the command at `path`, and must follow its name.
    case follows(path: [String])
    /// The tag is a part of the destination.
    case tag
    /// A push is of one tag.
    case oneTag
    /// The tag policy decides what may be replaced.
    case force
    /// The backend names the registry.
    case registry
    case credentials
    /// The image determines the platforms.
    case platform
    case json
    /// `--format` with this word, such as `csv`.
    case format(String)
    case noColor
    /// Logs are not followed.
    case logs
    /// `--digest-file` writes to a file.
    case file

    /// The command line around the option.
    struct Line {
        /// The command's path, the program's name first.
        let path: [String]
        let options: [CommandOption]
        /// The words after the option.
        let rest: [String]
        let root: CommandTree
    }

    /// - Parameter name: the option with its dashes and without its value.
    /// - Returns: `nil` where no option is near.
    init?(for name: String, in line: Line) {
        let own = line.options.flatMap(\.names).filter { $0.hasPrefix("--") }
        if let advice = Self.synonym(name, line) ?? Self.elsewhereInTree(name) {
            self = advice
            return
        }
        let near = Self.nearest(to: name, among: own)
        if !near.isEmpty {
            self = .options(near)
        } else if let path = Self.owner(of: name, line) {
            self = .follows(path: path)
        } else {
            return nil
        }
    }

    /// What an option of another program means for this command.
    private static func synonym(_ name: String, _ line: Line) -> OptionAdvice? {
        switch line.path.dropFirst().joined(separator: " ") {
        case "push":
            switch name {
            case "--tag", "-t": .tag
            case "--force", "-f": .force
            case "--all", "-a", "--all-tags": .oneTag
            case "--registry", "--host", "--backend", "--url": .registry
            case "--platform": .platform
            case "-n": .options(["--dry-run"])
            case "-o", "--output": .file
            default: nil
            }
        case "record":
            switch name {
            case "--tag", "-t": .tag
            case "--registry", "--host", "--backend", "--url": .registry
            case "-f", "--file": .options(["--metadata-file", "--refs-file"])
            case "--digestfile", "--digest-file", "--image-refs": .options(["--refs-file"])
            default: nil
            }
        case "history", "history list", "history stats":
            switch name {
            case "-n", "--lines", "--max-count", "--count", "--last": limit(line)
            case _ where Int(name.dropFirst()) != nil || Int(name.dropFirst(2)) != nil: limit(line)
            case "--from", "--after", "--begin": .options(["--since"])
            case "--to", "--before", "--end": .options(["--until"])
            case "--author", "--who", "--by": .options(["--user"])
            case "--sha", "--revision": .options(["--commit"])
            case "--status", "--result", "--state": .options(["--outcome"])
            case "--csv", "--jsonl", "--table": .format(String(name.dropFirst(2)))
            default: nil
            }
        case "auth login" where name == "-u" || name == "-p": .credentials
        case "enclave list" where name == "--all" || name == "-a": .options(["--archived"])
        case "enclave logs" where name == "--follow" || name == "-f": .logs
        default: nil
        }
    }

    private static func limit(_ line: Line) -> OptionAdvice? {
        line.options.contains { $0.names.contains("--limit") } ? .options(["--limit"]) : nil
    }

    /// What an option of another program means for every command.
    private static func elsewhereInTree(_ name: String) -> OptionAdvice? {
        switch name {
        case "--output", "-o": .json
        case "--no-color", "--no-colour": .noColor
        case "--colour": .options(["--color"])
        case "--username", "--password", "--password-stdin", "--token": .credentials
        case "-?", "--usage", "--help-all": .options(["--help"])
        default: nil
        }
    }

    /// The options with this very name; else those that begin with it, none where there are more than three;
    /// else those at the least edit distance, if that may be a typing error.
    private static func nearest(to name: String, among own: [String]) -> [String] {
        let word = name.drop { $0 == "-" }
        guard !word.isEmpty else { return [] }
        func names(_ isNear: (Substring) -> Bool) -> [String] {
            own.filter { isNear($0.dropFirst(2)) }
        }
        let exact = names { $0 == word }
        if !exact.isEmpty { return exact }
        let begun = names { $0.hasPrefix(word) }
        if !begun.isEmpty { return begun.count < 4 ? begun : [] }
        let distances = own.map { EditDistance.between(word, $0.dropFirst(2)) }
        guard let least = distances.min(), least <= EditDistance.maxTypos(word) else { return [] }
        return zip(own, distances).filter { $1 == least }.map(\.0)
    }

    /// The path of the command that has the option, among the words after it.
    private static func owner(of name: String, _ line: Line) -> [String]? {
        var command = line.root
        for verb in line.path.dropFirst() { command = command.verb(verb) ?? command }
        var path = line.path
        for word in line.rest {
            guard let verb = command.verb(word) else { continue }
            command = verb
            path.append(word)
            if command.options.contains(where: { $0.names.contains(name) }) { return path }
        }
        return nil
    }
}
