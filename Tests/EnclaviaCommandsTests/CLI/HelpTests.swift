import ArgumentParser
import EnclaviaCommands
import Foundation
import TestSupport
import Testing

/// What `--help` prints.
struct HelpTests {
    /// A command with the words that lead to it, without the program's name.
    struct Command: Sendable, CustomTestStringConvertible {
        let type: any ParsableCommand.Type
        let path: [String]

        var testDescription: String { (["enclavia"] + path).joined(separator: " ") }

        /// The command and all below it.
        var all: [Command] {
            [self]
                + type.configuration.subcommands.flatMap { verb in
                    Command(type: verb, path: path + [verb.configuration.commandName ?? ""]).all
                }
        }
    }

    static let commands = Command(type: Enclavia.self, path: []).all

    private func help(_ words: [String], columns: Int = 80) async -> CommandLineRun.Outcome {
        await CommandLineRun(out: CommandLineRun.terminal(columns)).run(words)
    }

    @Test(arguments: commands)
    func `help begins with one to three examples, a line each, above the usage`(
        _ command: Command
    ) async throws {
        let documented = try #require(command.type as? any DocumentedCommand.Type)
        #expect((1...3).contains(documented.examples.count))
        let outcome = await help(command.path + ["--help"])
        #expect(outcome.status == .done)
        let parts = outcome.out.components(separatedBy: "\n\n")
        #expect(parts[0].hasPrefix("OVERVIEW: "))
        let lines = parts[1].split(separator: "\n").map(String.init)
        #expect(lines.first == "EXAMPLES:")
        try #require(lines.count == documented.examples.count + 1)
        for (line, example) in zip(lines.dropFirst(), documented.examples) {
            #expect(line.hasPrefix("  \(example.words)  "))
            #expect(line.hasSuffix("  \(example.purpose)"))
        }
        let usage = try #require(outcome.out.range(of: "\nUSAGE: "))
        #expect(try #require(outcome.out.range(of: "\nEXAMPLES:")).lowerBound < usage.lowerBound)
    }

    @Test(arguments: commands)
    func `an example is a command line of its command`(_ command: Command) async throws {
        let documented = try #require(command.type as? any DocumentedCommand.Type)
        for example in documented.examples {
            // The shell splits the line into words.
            let run = try await Run.shell("printf '%s\\n' \(example.words)")
            let words = run.out.split(separator: "\n").map(String.init)
            #expect(words.starts(with: ["enclavia"] + command.path), "\(example.words)")
            do {
                let parsed = try Enclavia.parseAsRoot(Array(words.dropFirst()))
                #expect(parsed is any EnclaviaCommand, "\(example.words) only prints help")
            } catch {
                Issue.record("\(example.words): \(Enclavia.message(for: error))")
            }
        }
    }

    @Test(arguments: commands, [66, 80, 120])
    func `no line of help is wider than the columns`(_ command: Command, _ columns: Int) async {
        let outcome = await help(command.path + ["--help"], columns: columns)
        let long = outcome.lines.filter { $0.count > columns }
        #expect(long == [])
    }

    @Test func `a usage that does not fit wraps between arguments`() async {
        let outcome = await help(["enclave", "create", "--help"])
        let usage = outcome.out.components(separatedBy: "\n\n").first { $0.hasPrefix("USAGE: ") }
        #expect(
            usage == """
                USAGE: enclavia enclave create --image <image> [--instance-type <size>]
                       [--container-port <port>] [--storage-size-bytes <bytes>] [--name <name>]
                       [--visibility <who>] [--upgradable] [--no-upgradable] [--json]
                       [--color <when>]
                """)
    }

    @Test(arguments: [["history", "--help"], ["help", "history"], ["history", "-h"]])
    func `the help of history has the filters of list, and the verbs`(_ words: [String]) async {
        let outcome = await help(words)
        let list = await help(["history", "list", "--help"])
        #expect(
            outcome.out.contains(
                "USAGE: enclavia history [<glob>] [<options>]\n       enclavia history <subcommand>\n"
            ))
        let options = { (text: String) in
            text.components(separatedBy: "\nOPTIONS:\n").last?.components(separatedBy: "\n\n").first
        }
        let wanted = list.out.trimmingCharacters(in: .newlines)
        #expect(options(outcome.out) == options(wanted))
        for part in ["  <glob> ", "  --since <time> ", "  list (default) ", "  show ", "  prune "] {
            #expect(outcome.out.contains("\n" + part), "\(part)")
        }
        #expect(outcome.out.contains("See 'enclavia help history <subcommand>'"))
    }

    @Test func `the values of an option are listed once`() async {
        for command in Self.commands {
            let outcome = await help(command.path + ["--help"])
            // Joins the wrapped lines of the second column.
            let text = outcome.out.replacing(#/\n {26}/#, with: " ")
            for match in text.matches(of: #/(?m)^  .*\(values: ([^;)]*)/#) {
                let before = match.output.0.components(separatedBy: "(values:")[0]
                let values = match.output.1.components(separatedBy: ", ")
                #expect(
                    !values.dropFirst().allSatisfy { before.contains($0) },
                    "\(command.path): \(match.output.0)")
            }
        }
    }

    @Test func `without a command the help has first steps, then the verbs in groups`() async {
        let outcome = await help([])
        #expect(outcome.status == .done)
        #expect(outcome.out == (await help(["--help"])).out)
        let heads = outcome.lines.filter { $0.first?.isUppercase == true }
        #expect(
            heads.filter { $0.hasSuffix(":") } == [
                "EXAMPLES:", "OPTIONS:", "CORE SUBCOMMANDS:", "ADDITIONAL SUBCOMMANDS:",
            ])
        let steps = ["auth login", "push myapp myapp:v1", "history"].map { "  enclavia \($0) " }
        let listed = outcome.lines.filter { $0.hasPrefix("  enclavia ") }
        #expect(listed.count == steps.count)
        #expect(zip(listed, steps).allSatisfy { $0.hasPrefix($1) })
    }
}
