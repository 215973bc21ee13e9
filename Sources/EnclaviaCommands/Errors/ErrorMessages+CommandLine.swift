import EnclaviaCompletion
import EnclaviaCore

// The messages about command lines that do not parse.

extension ErrorMessages {
    package static func explain(_ error: CommandLineError) -> UserError {
        switch error {
        case .unknownCommand(let word, let path, let advice):
            UserError(
                .usage,
                "unknown command \(word.quoted)" + (advice.map { ": \(sentence($0))" } ?? ""),
                hint: advice == nil ? commands(path) : nil)
        case .missingCommand(let path):
            UserError(.usage, "no command was given", hint: commands(path))
        case .unknownOption(let name, let usage, let advice):
            UserError(
                .usage,
                "unknown option \(name.quoted)" + (advice.map { ": \(sentence($0))" } ?? ""),
                hint: advice == nil ? help(usage) : nil)
        case .missingOption(let name, let usage):
            UserError(.usage, "the option \(name) is missing", hint: text(of: usage))
        case .missingArgument(let name, let usage):
            UserError(.usage, "the argument <\(name)> is missing", hint: text(of: usage))
        case .unexpectedArgument(let word, let usage):
            UserError(.usage, "unexpected argument \(word.quoted)", hint: text(of: usage))
        case .missingValue(let option, let usage):
            UserError(.usage, "\(option) needs a value", hint: help(usage))
        case .unexpectedValue(let flag, let usage):
            UserError(.usage, "\(flag) takes no value", hint: help(usage))
        case .badValue(let value, let name, let allowed, let summary):
            badValue(value, name, allowed, summary)
        case .other(let sentence, let usage):
            UserError(.usage, withoutFullStop(sentence), hint: help(usage))
        }
    }

    private static func text(of usage: CommandUsage) -> String { "usage: \(usage.text)" }

    private static func help(_ usage: CommandUsage) -> String {
        "`\(usage.path.joined(separator: " ")) --help` lists the options"
    }

    /// The commands of a group.
    private static func commands(_ path: [String]) -> String {
        var group = CommandTree.enclavia
        for name in path.dropFirst() { group = group.verb(name) ?? group }
        let names = group.verbs.map(\.name).joined(separator: ", ")
        return "the commands of `\(path.joined(separator: " "))` are \(names)"
    }

    private static func badValue(
        _ value: String, _ name: String, _ allowed: [String], _ summary: String
    ) -> UserError {
        guard allowed.isEmpty else {
            return UserError(
                .usage,
                "\(value.quoted) is not a value of \(name): use \(MessageText.list(allowed))")
        }
        let meaning = summary.prefix(1).lowercased() + summary.dropFirst()
        return UserError(
            .usage, "\(value.quoted) is not a value of \(name)",
            hint: "\(name): \(meaning.hasSuffix(".") ? meaning.dropLast() : meaning[...])")
    }

    /// A sentence of the parser's, without its capital and its full stop.
    private static func withoutFullStop(_ sentence: String) -> String {
        let text = sentence.prefix(1).lowercased() + sentence.dropFirst()
        return (text.hasSuffix(".") ? text.dropLast() : text[...]).printable
    }

    private static func sentence(_ advice: CommandAdvice) -> String {
        switch advice {
        case .commands(let paths):
            "did you mean \(MessageText.list(paths.map { "`\($0.joined(separator: " "))`" }))?"
        case .version: "`enclavia --version` prints the version"
        case .tag:
            "a push gives the image its tag, as in `enclavia push myapp myapp:v1`"
        case .engine("pull"):
            "pull with docker, using the reference that `enclavia history at` prints"
        case .engine("build"): "build with docker, then push with `enclavia push`"
        case .engine(let word):
            "for local images use `docker \(word)`; `enclavia history` lists past pushes"
        }
    }

    private static func sentence(_ advice: OptionAdvice) -> String {
        switch advice {
        case .options(let names): "did you mean \(MessageText.list(names))?"
        case .follows(let path):
            "put it after the command that accepts it, `\(path.joined(separator: " "))`"
        case .tag: "the tag is part of the destination, as in `enclavia push myapp myapp:v1`"
        case .oneTag: "a push has one tag: push once for each tag"
        case .force: "a push moves an existing tag unless --tag-policy forbids it"
        case .registry:
            "the backend selects the registry, and ENCLAVIA_BACKEND_URL selects the backend"
        case .credentials:
            "credentials are not given on the command line: run `enclavia auth login`, or set"
                + " ENCLAVIA_TOKEN"
        case .platform: "the platform is chosen when the image is built"
        case .json: "--json prints the result as JSON"
        case .format(let name): "use --format \(name)"
        case .noColor: "use --color never"
        case .logs: "logs are printed once; `enclavia enclave status --wait` follows a build"
        case .file: "--digest-file writes the digest to a file, and --json prints the whole record"
        }
    }
}
