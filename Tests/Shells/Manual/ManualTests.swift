import EnclaviaCommands
import EnclaviaCompletion
import TestSupport
import Testing

@Suite struct ManualTests {
    @Test(arguments: ManualPage.all)
    func `mandoc gives no warning`(_ page: ManualPage) async throws {
        let run = try await Run.program("mandoc", ["-Tlint", "-W", "warning", page.path])
        #expect(run.out + run.err == "")
    }

    @Test(arguments: CommandTree.enclavia.verbs.map(\.name))
    func `a verb has a page with its options, and no others`(_ name: String) throws {
        let verb = try #require(CommandTree.enclavia.verb(name))
        let page = try #require(ManualPage.named("enclavia-\(name).1"), "\(name) has no page")
        let known = verb.allOptions.union(CommandTree.enclavia.optionNames)
        #expect(page.options.subtracting(known) == [], "no such options")
        #expect(known.subtracting(page.options) == [], "options that the page leaves out")
    }

    @Test(arguments: CommandTree.enclavia.verbs.map(\.name))
    func `a page lists the values that an option takes, and no others`(_ name: String) throws {
        let verb = try #require(CommandTree.enclavia.verb(name))
        let page = try #require(ManualPage.named("enclavia-\(name).1"), "\(name) has no page")
        // Verbs of a group may take different values for options of one name.
        var values: [String: [String]] = [:]
        for option in verb.withVerbs.flatMap(\.options) + CommandTree.enclavia.options {
            guard case .words(let words) = option.value else { continue }
            let known = values[option.names[0], default: []]
            values[option.names[0]] = known + words.filter { !known.contains($0) }
        }
        for (name, words) in values {
            let listed = page.words(of: name).reduce(into: [String]()) { listed, word in
                if !listed.contains(word) { listed.append(word) }
            }
            #expect(listed == words, "\(name)")
        }
    }

    @Test func `enclavia(1) has the options of all verbs, and each verb`() throws {
        let page = try #require(ManualPage.named("enclavia.1"))
        #expect(page.options == CommandTree.enclavia.optionNames)
        for verb in CommandTree.enclavia.verbs {
            #expect(page.text.contains(".It Cm \(verb.name)\n"), "\(verb.name) is not listed")
        }
    }

    @Test(arguments: CommandTree.enclavia.paths)
    func `--help and completion have the same options`(_ path: [String]) async throws {
        let help = try await Run.program(Build.product("enclavia"), path + ["--help"])
        #expect(help.status == 0)
        let listed = help.out.split(separator: "\n").filter { $0.hasPrefix("  -") }.flatMap {
            $0.matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) }
        }
        let offered = try await Run.program(
            Build.product("enclavia"), ["__complete"] + path + ["--"])
        let names = offered.out.split(separator: "\n").dropLast().map {
            String($0.prefix { $0 != "\t" })
        }
        #expect(Set(names).subtracting(listed) == [], "--help lacks options of completion")
        #expect(Set(listed).subtracting(names) == [], "completion lacks options of --help")
    }

    @Test func `enclavia(1) has every exit status`() throws {
        let page = try #require(ManualPage.named("enclavia.1"))
        let listed = page.items(in: "EXIT STATUS").compactMap { Int32($0) }
        #expect(listed == ExitStatus.allCases.map(\.rawValue).sorted())
    }

    @Test func `enclavia(1) has the variables that the sources read, and no others`() throws {
        let page = try #require(ManualPage.named("enclavia.1"))
        let listed = Set(page.items(in: "ENVIRONMENT"))
        let read = try Variables.read()
        #expect(read.subtracting(listed) == [], "variables that the page leaves out")
        #expect(listed.subtracting(read) == [], "variables that nothing reads")
    }

    @Test(arguments: ManualPage.all)
    func `a page has every section`(_ page: ManualPage) {
        let sections = page.sections
        let wanted =
            ["NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "FILES"]
            + (page.name.hasSuffix(".1") ? ["EXIT STATUS"] : []) + ["SEE ALSO"]
        #expect(sections.filter(wanted.contains) == wanted)
    }

    /// mandoc warns of a section EXAMPLES before ENVIRONMENT.
    @Test(arguments: ManualPage.all)
    func `the examples come right before the variables`(_ page: ManualPage) throws {
        let headings = page.headings
        let variables = try #require(headings.firstIndex(of: ".Sh ENVIRONMENT"))
        #expect(headings[..<variables].last == ".Ss Examples", "\(headings)")
        #expect(!page.text.contains(".Sh EXAMPLES"))
    }

    @Test(arguments: CommandTree.enclavia.verbs.map(\.name))
    func `the summary of a verb is the title of its page and its line in enclavia(1)`(
        _ name: String
    ) throws {
        let summary = try #require(CommandTree.enclavia.verb(name)).summary
        let page = try #require(ManualPage.named("enclavia-\(name).1"))
        let line = summary.prefix(1).lowercased() + summary.dropFirst()
        #expect(page.text.contains("\n.Nd \(line.dropLast())\n"), "wanted: .Nd \(line.dropLast())")
        let whole = try #require(ManualPage.named("enclavia.1"))
        let listed = summary.replacing(#/ (--[a-z]+) /#) { "\n.Fl \($0.output.1.dropFirst())\n" }
        #expect(whole.text.contains("\n.It Cm \(name)\n\(listed)\nSee\n"))
    }

    @Test(arguments: ManualPage.all)
    func `a page names only variables that enclavia(1) lists`(_ page: ManualPage) throws {
        let whole = try #require(ManualPage.named("enclavia.1"))
        #expect(page.variables.subtracting(whole.items(in: "ENVIRONMENT")) == [])
    }
}

extension CommandTree {
    var optionNames: Set<String> { Set(options.flatMap(\.names)) }

    /// The verb and the verbs below it.
    var withVerbs: [CommandTree] { [self] + verbs.flatMap(\.withVerbs) }

    /// Its options, and those of its verbs.
    var allOptions: Set<String> { Set(withVerbs.flatMap(\.optionNames)) }

    /// The path of each command that is not a group.
    var paths: [[String]] {
        verbs.flatMap { verb in
            (verb.verbs.isEmpty ? [[]] : verb.paths).map { [verb.name] + $0 }
        }
    }
}
