import EnclaviaCommands
import EnclaviaCore
import TestSupport
import Testing

/// What `doctor` prints for people, and which problems share one finding.
extension DoctorCheckTests {
    /// The lines of `doctor`, without colour.
    func screen(
        _ machine: Machine, _ words: String..., environment: [String: String] = [:]
    ) async -> [String] {
        var run = CommandLineRun(adapters: TestAdapters(givenMachine: machine))
        run.environment.merge(environment) { $1 }
        return await run.run(["doctor"] + words).lines
    }

    @Test func `passed checks are counted, and listed with --all`() async throws {
        #expect(await screen(Machine()) == ["12 checks passed (--all lists them)"])
        let all = await screen(Machine(), "--all")
        #expect(all.count == 13)
        #expect(all.dropLast().allSatisfy { $0.hasPrefix("ok       ") })
        #expect(all.last == "12 checks passed")
    }

    @Test func `errors come first, then warnings, each with its fix, then what passed`()
        async throws
    {
        let lines = await screen(Self.troubled)
        let levels = lines.compactMap { line in
            ["error", "warning", "ok"].first { line.hasPrefix($0 + " ") }
        }
        #expect(levels == levels.sorted())
        #expect(levels.contains("error") && levels.contains("warning") && !levels.contains("ok"))
        for (line, next) in zip(lines, lines.dropFirst())
        where line.hasPrefix("error") || line.hasPrefix("warning") {
            #expect(next.hasPrefix("         fix: "), "\(line)")
        }
        #expect(lines.last == "3 checks passed (--all lists them)")
    }

    private func survey(
        _ files: [(String, StoreSurvey.Danger)], condition: StoreSurvey.Condition = .none,
        freeBytes: Int64 = 1 << 40
    ) -> StoreSurvey {
        StoreSurvey(
            directory: "/state", fileSystem: .local, freeBytes: freeBytes,
            unsafeFiles: files.map { StoreSurvey.UnsafeFile(path: $0, danger: $1) },
            condition: condition, spooled: 0)
    }

    @Test func `files with too wide permissions share one finding, with one fix`()
        async throws
    {
        var machine = Machine()
        machine.survey_ = survey([
            ("/state", .open(mode: 0o755, wanted: 0o700)),
            ("/state/history.db", .open(mode: 0o644, wanted: 0o600)),
        ])
        let two = await screen(machine)
        #expect(
            two.prefix(2) == [
                "warning  other users can access 2 files of the history: /state has mode 0755",
                "         fix: chmod 0700 '/state' && chmod 0600 '/state/history.db'",
            ])
        machine.survey_ = survey(
            (1...9).map { ("/state/spool/\($0).jsonl", .open(mode: 0o666, wanted: 0o600)) })
        #expect(await screen(machine)[1] == "         fix: chmod -R go= '/state'")
        #expect(try await levels(machine)["permissions"] == "error")
    }

    @Test(arguments: ["/state/spool/\u{FFFD}.jsonl", "/state/spool/a\u{1B}[2J.jsonl"])
    func `a path that cannot be typed is not part of a fix command`(path: String) async throws {
        var machine = Machine()
        machine.survey_ = survey([(path, .open(mode: 0o644, wanted: 0o600))])
        #expect(await screen(machine)[1] == "         fix: chmod -R go= '/state'")
        machine.survey_ = survey([(path, .foreignOwner(uid: 7))])
        #expect(
            await screen(machine)[1] == "         fix: sudo chown -R \"$(id -u)\" '/state'")
    }

    @Test
    func `an unusable history has no second finding if another check names the reason`()
        async throws
    {
        var machine = Machine()
        let path = "/state/history.db"
        machine.survey_ = survey(
            [(path, .foreignOwner(uid: 7))],
            condition: .faulty(.unsafe(path: path, reason: "it belongs to user 7")))
        let foreign = try await levels(machine)
        #expect(foreign["permissions"] == "error" && foreign["store"] == nil)
        machine.survey_ = survey([], condition: .faulty(.full(path: path)), freeBytes: 100)
        let full = try await levels(machine)
        #expect(full["free_space"] == "error" && full["store"] == nil)
        // Other reasons have their own finding.
        machine.survey_ = survey([], condition: .faulty(.full(path: path)))
        #expect(try await levels(machine)["store"] == "error")
        machine.survey_ = survey(
            [("/state/events.jsonl", .symbolicLink)],
            condition: .faulty(.unsafe(path: path, reason: "x")))
        #expect(try await levels(machine)["store"] == "error")
    }

    @Test func `if docker is missing and podman is installed, the fix is to use podman`()
        async throws
    {
        let folder = try Folder()
        try folder.write("#!/bin/sh\n", to: "podman", mode: 0o755)
        var machine = Machine()
        machine.path = nil
        let here = await screen(machine, environment: ["PATH": folder.path])
        #expect(here[1] == "         fix: set ENCLAVIA_ENGINE=podman, which is installed here")
        let absent = await screen(machine, environment: ["PATH": "/nonexistent"])
        #expect(absent[1].contains("apt-get install docker.io"))
    }
}
