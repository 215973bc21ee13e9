import ArgumentParser
import EnclaviaCommands
import Foundation

/// The parser's own description of the command line, as far as completion and the manual need it.
struct ParserDescription: Decodable {
    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let defaultSubcommand: String?
        let shouldDisplay: Bool?
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    /// The completion kind in the declaration of a value.
    struct CompletionKind: Decodable {
        struct ValueList: Decodable {
            let values: [String]
        }

        struct Command: Decodable {
            let command: String
        }

        let list: ValueList?
        let shellCommand: Command?
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            let kind: String
            let name: String

            var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        let kind: Kind
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let preferredName: Name?
        let valueName: String?
        let allValues: [String]?
        let completionKind: CompletionKind?
        let abstract: String?

        /// The Swift text of the kind of its value; `nil` if its declaration has none.
        var valueKind: String? {
            if let words = allValues ?? completionKind?.list?.values, !words.isEmpty {
                return ".words([" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "])"
            }
            guard let command = completionKind?.shellCommand?.command, command.hasPrefix(": ")
            else { return nil }
            return "." + command.dropFirst(2)
        }

        /// Every spelling, the preferred one first.
        var spellings: [String] {
            let preferred = preferredName?.text
            let all = (names ?? []).map(\.text)
            return all.filter { $0 == preferred } + all.filter { $0 != preferred }
        }
    }

    let command: Command

    /// Gets the description from the parser.
    static func ask() throws -> Command {
        let json = Data(Enclavia._dumpHelp().utf8)
        return try JSONDecoder().decode(ParserDescription.self, from: json).command
    }
}

extension ParserDescription.Command {
    /// The verbs that are shown to users; `help` is the parser's own.
    var verbs: [Self] {
        (subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay != false }
    }

    var options: [ParserDescription.Argument] {
        (arguments ?? []).filter { $0.kind != .positional && $0.shouldDisplay }
    }

    var operands: [ParserDescription.Argument] {
        (arguments ?? []).filter { $0.kind == .positional && $0.shouldDisplay }
    }
}
