import EnclaviaCommands
import EnclaviaCore
import Testing

/// What `doctor` prints of the completion of the shells.
extension DoctorCheckTests {
    @Test func `shells without completion share one finding, and a missing shell has none`()
        async throws
    {
        var machine = Machine()
        machine.completions = ["bash", "zsh", "fish"].map {
            InstalledCompletion(shell: $0, state: .missing)
        }
        let missing = try await findings(machine).filter { $0.check == "completion" }
        #expect(missing.map(\.message) == ["bash, zsh and fish have no completion for enclavia"])
        #expect(
            await screen(machine)[1]
                == "         fix: run `enclavia completion bash --install`,"
                + " `enclavia completion zsh --install` and `enclavia completion fish --install`,"
                + " or install the package")
        machine.completions = [
            InstalledCompletion(shell: "bash", state: .current(path: "/b")),
            InstalledCompletion(
                shell: "zsh", state: .outdated(path: "/z/_enclavia", isReplaceable: true)),
            InstalledCompletion(shell: "fish", state: .outdated(path: "/f")),
        ]
        let lines = await screen(machine)
        #expect(
            lines == [
                "warning  2 shells use the completion script of another version: zsh from"
                    + " /z/_enclavia and fish from /f",
                "         fix: run `enclavia completion zsh --install`; remove the completion script,"
                    + " or the line that loads it, from /f, then run `enclavia doctor`",
                "11 checks passed (--all lists them)",
            ])
        machine.completions = ["bash", "fish"].map {
            InstalledCompletion(shell: $0, state: .unknown(.nested))
        }
        #expect(
            await screen(machine)[0]
                == "warning  bash and fish were not asked for the completion: ENCLAVIA_DOCTOR is set,"
                + " as in a shell that doctor starts")
        machine.completions = []
        #expect(try await levels(machine)["completion"] == nil)
    }

    @Test(arguments: [
        (InstalledCompletion.State.current(path: nil), "from a startup file", nil),
        (.indirect(path: "/r"), "this version's completion script, from /r", nil),
        (.outdated(path: nil), "of another version, from a startup", "remove the line from it"),
        (.outdated(path: "/r"), "of another version, from /r", "the line that loads it, from /r"),
        (
            .outdated(path: "/r", isReplaceable: true), "of another version, from /r",
            "run `enclavia completion zsh --install`"
        ),
        (.switchedOff(.noBinding), "TAB is not bound", "bindkey '^I' expand-or-complete"),
        (.other(completer: "a b\nc d"), #""a b…", which"#, "remove what sets it"),
        (
            .other(completer: "_x\u{1B}[2J"), #""_x\u{1b}[2J", which"#,
            "in a startup file or a completion directory of zsh"
        ),
        (
            .notLoaded(
                path: "/f",
                CompletionObstacle(
                    reason: .notSearched(directory: "/d"), startupFile: "~/.zshrc", line: "x y")),
            "/f: it does not look in /d", "add this line to ~/.zshrc: x y"
        ),
        (
            .notLoaded(
                path: "/f",
                CompletionObstacle(reason: .noCompinit, startupFile: "~/.zshrc", line: nil)),
            "do not run compinit", "let ~/.zshrc load the output of `enclavia completion zsh`"
        ),
        (
            .notLoaded(
                path: "/f",
                CompletionObstacle(
                    reason: .insecureDirectory, startupFile: "~/.zshrc", line: nil)),
            "other users can write to a directory in fpath", "run compaudit in zsh"
        ),
        (
            .notLoaded(
                path: "/f",
                CompletionObstacle(
                    reason: .staleDump(path: "/z/.zcompdump"), startupFile: "~/.zshrc", line: nil)),
            "compinit does not know the file", "rm -f '/z/.zcompdump'"
        ),
        (.unknown(.timeout(.seconds(10))), "took longer than 10 s", "zsh -i </dev/null"),
        (.unknown(.ended(status: 3)), "with exit status 3", "zsh -i </dev/null"),
        (.unknown(.noHome(path: "/h")), "/h does not exist", "set HOME"),
        (.unknown(.foreignHome(path: "/h")), "which is another user's", "as that user"),
        (.unknown(.unusable(reason: "no loader")), "no loader", "install zsh"),
    ])
    func `what a shell loads is told, and what to do`(
        _ state: InstalledCompletion.State, _ message: String, _ fix: String?
    ) async throws {
        var machine = Machine()
        machine.completions = [InstalledCompletion(shell: "zsh", state: state)]
        let found = try await findings(machine).filter { $0.check == "completion" }
        #expect(found.map(\.level) == [fix == nil ? "ok" : "warning"])
        #expect(found.first?.message.hasPrefix("zsh ") == true)
        #expect(found.first?.message.contains(message) == true, "\(found)")
        let lines = await screen(machine)
        #expect(lines.count == (fix == nil ? 1 : 3))
        if let fix { #expect(lines[1].contains(fix), "\(lines)") }
    }

    @Test(arguments: [
        (FastProgram.State.missing, "there is no /usr/libexec/f"),
        (.foreign(version: "0.9"), "/usr/libexec/f is version 0.9"),
        (.foreign(version: nil), "/usr/libexec/f is another program"),
    ])
    func `a fast completion program that does not belong to this one is a warning`(
        _ state: FastProgram.State, _ text: String
    ) async throws {
        let machine = Machine(fastProgram_: FastProgram(path: "/usr/libexec/f", state: state))
        let found = try await findings(machine).filter { $0.check == "completion_program" }
        #expect(found.map(\.level) == ["warning"])
        #expect(found.map(\.message) == ["TAB is slow: \(text)"])
    }
}
