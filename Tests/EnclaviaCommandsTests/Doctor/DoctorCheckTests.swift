import EnclaviaCommands
import EnclaviaCore
import Synchronization
import TestSupport
import Testing

@Suite struct DoctorCheckTests {
    /// A stand-in for the machine.
    struct Machine: StoreProbe, EngineProbe, Accounts, ClockProbe, CompletionProbe {
        var survey_ = StoreSurvey(
            directory: "/state", fileSystem: .local, freeBytes: 1 << 40, unsafeFiles: [],
            condition: .sound(events: 3), spooled: 0)
        var path: String? = "/usr/bin/docker"
        var leftovers_: [String] = []
        var diagnosis_: EngineDiagnosis?
        var engine = EngineVersion?.some(EngineVersion(name: "docker", version: "28"))
        var helper: EngineStatus.CredentialHelper?
        var fault: EngineConfigurationFault?
        var offset: Result<Int64?, BackendError> = .success(0)
        var account_: Result<Account?, BackendError> = .success(
            Account(
                handle: "alice", backend: "https://api", source: .file(path: "/c.json"),
                kind: .rotating(expiresAt: nil)))
        var completions: [InstalledCompletion] = [
            InstalledCompletion(shell: "bash", state: .current(path: "/b"))
        ]
        /// Where the engine and the clock wait for each other, if they do.
        var meeting: Meeting?

        func survey() -> StoreSurvey { survey_ }
        func status() async -> EngineStatus {
            await meeting?.arrive()
            return EngineStatus(
                program: "docker", path: path, isPodman: false, endpoint: "unix:///d.sock",
                engine: path.flatMap { _ in engine },
                unreachable: nil, credentialHelper: helper, configurationFault: fault)
        }
        func diagnosis(of status: EngineStatus) async -> EngineDiagnosis? { diagnosis_ }
        func leftovers() -> [String] { leftovers_ }
        func clockOffset() async throws(BackendError) -> Int64? {
            await meeting?.arrive()
            return try offset.get()
        }
        func account() throws(BackendError) -> Account? { try account_.get() }
        func installed() -> [InstalledCompletion] { completions }
        func login(
            _ request: LoginRequest, invite: @escaping @Sendable (LoginInvitation) async -> Void
        ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
        func logout() async throws(BackendError) -> Account? { nil }
    }

    /// Two callers that each wait for the other, for ten seconds at most.
    final class Meeting: Sendable {
        private let arrived = Mutex(0)

        func arrive() async {
            arrived.withLock { $0 += 1 }
            for _ in 0..<1000 where arrived.withLock({ $0 < 2 }) {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// The findings of `doctor --json`.
    private func findings(
        _ machine: Machine, _ environment: [String: String] = [:]
    ) async throws -> [(check: String, level: String, message: String)] {
        var run = CommandLineRun(adapters: TestAdapters(givenMachine: machine))
        run.environment.merge(environment) { $1 }
        let outcome = await run("doctor", "--json")
        let list = try #require(try outcome.object()["findings"] as? [[String: Any]])
        let findings = try list.map { finding in
            (
                check: try #require(finding["check"] as? String),
                level: try #require(finding["level"] as? String),
                message: try #require(finding["message"] as? String)
            )
        }
        let isBad = findings.contains { $0.level == "error" }
        #expect(outcome.status == (isBad ? .negative : .done))
        return findings
    }

    /// The level of each check, the worse one where a check found several things.
    private func levels(
        _ machine: Machine, _ environment: [String: String] = [:]
    ) async throws -> [String: String] {
        Dictionary(
            try await findings(machine, environment).map { ($0.check, $0.level) },
            uniquingKeysWith: { $0 == "ok" ? $1 : $0 })
    }

    /// A machine of which every check has something to say.
    private static let troubled: Machine = {
        var machine = Machine(leftovers_: ["/run/x"], offset: .success(-120_000))
        machine.survey_ = StoreSurvey(
            directory: "/state", fileSystem: .network, freeBytes: 1 << 20,
            unsafeFiles: [
                StoreSurvey.UnsafeFile(
                    path: "/state/history.db", danger: .open(mode: 0o666, wanted: 0o600))
            ],
            condition: .brokenHead(sequence: 3), spooled: 2)
        machine.completions = [InstalledCompletion(shell: "zsh", state: .missing)]
        machine.helper = .init(program: "docker-credential-x", path: nil)
        machine.fault = EngineConfigurationFault(path: "/config.json", reason: .notJSON)
        return machine
    }()

    @Test func `a machine in order has nothing but good findings`() async throws {
        let levels = try await levels(Machine())
        #expect(levels.values.allSatisfy { $0 == "ok" }, "\(levels)")
        #expect(levels.keys.count == 11)
    }

    @Test func `findings come in the order of the checks, and each check has some`() async throws {
        let environment = ["CI": "true", "ENCLAVIA_TAG_POLICY": "*=move"]
        let talking = try await findings(Self.troubled, environment).map(\.check)
        var silent = Self.troubled
        silent.offset = .failure(.unavailable(url: "https://api", reason: "silent"))
        let other = try await findings(silent, environment).map(\.check)
        let names = DoctorCheck.all.map(\.name)
        #expect(talking == names.filter { $0 != "backend" })
        #expect(other == names.filter { $0 != "clock" })
        #expect(Set(names).count == names.count)
    }

    @Test func `engine and backend are asked at the same time`() async throws {
        let start = ContinuousClock.now
        _ = try await levels(Machine(meeting: Meeting()))
        #expect(ContinuousClock.now - start < .seconds(10), "one waited for the other to end")
    }

    @Test(arguments: ["/snap/bin/docker", "/var/lib/snapd/snap/bin/docker"])
    func `a client that is a snap is warned of`(path: String) async throws {
        #expect(try await levels(Machine(path: path))["engine_client"] == "warning")
    }

    @Test func `each trouble has its check and its level`() async throws {
        var machine = Self.troubled
        machine.path = nil
        machine.account_ = .success(nil)
        machine.helper = nil
        machine.fault = nil
        #expect(
            try await levels(machine) == [
                "file_system": "warning", "permissions": "error", "free_space": "error",
                "store": "error", "spool": "warning", "engine_client": "error",
                "leftovers": "warning", "account": "warning", "clock": "warning",
                "completion": "warning",
            ])
    }

    @Test(arguments: [
        (Int64(16) << 20 - 1, "error"), (Int64(16) << 20, "warning"),
        (Int64(256) << 20 - 1, "warning"), (Int64(256) << 20, "ok"),
    ])
    func `free space is judged by its amount`(_ bytes: Int64, _ level: String) async throws {
        var machine = Machine()
        machine.survey_ = StoreSurvey(
            directory: "/state", fileSystem: .local, freeBytes: bytes, unsafeFiles: [],
            condition: .none, spooled: 0)
        #expect(try await levels(machine)["free_space"] == level)
    }

    @Test(arguments: [(Int64(30_000), "ok"), (30_001, "warning"), (-30_001, "warning")])
    func `a clock may be off by half a minute`(_ offset: Int64, _ level: String) async throws {
        #expect(try await levels(Machine(offset: .success(offset)))["clock"] == level)
    }

    @Test func `what the client tells goes before what this program found`() async throws {
        var machine = Machine(leftovers_: [])
        machine.engine = nil
        #expect(try await levels(machine)["engine"] == "error")
        // As a script that runs docker by sudo does.
        machine.diagnosis_ = .reached(EngineVersion(name: "docker", version: "28"))
        #expect(try await levels(machine)["engine"] == "ok")
        machine.diagnosis_ = .trouble(.apiVersion, reason: "too old")
        #expect(try await levels(machine)["engine"] == "error")
        #expect(try await levels(machine)["engine_client"] == "ok")
        // A client that cannot be run is enough of a finding.
        machine.diagnosis_ = .program(path: "/usr/bin/docker", .empty)
        #expect(try await levels(machine)["engine_client"] == "error")
        #expect(try await levels(machine)["engine"] == nil)
    }

    @Test func `a tag policy is judged where there is one`() async throws {
        #expect(try await levels(Machine())["tag_policy"] == nil)
        let good = try await levels(Machine(), ["ENCLAVIA_TAG_POLICY": "*=move"])
        #expect(good["tag_policy"] == "ok")
        let bad = try await levels(Machine(), ["ENCLAVIA_TAG_POLICY": "*=mvoe"])
        #expect(bad["tag_policy"] == "error")
    }

    @Test func `credentials that rotate are warned of in CI alone`() async throws {
        #expect(try await levels(Machine())["credentials"] == nil)
        #expect(try await levels(Machine(), ["CI": "true"])["credentials"] == "warning")
        var machine = Machine()
        machine.account_ = .success(
            Account(
                handle: nil, backend: "https://api", source: .environment, kind: .longLived))
        #expect(try await levels(machine, ["CI": "true"])["credentials"] == nil)
    }

    @Test func `a malformed credentials file is told of once`() async throws {
        let fault = BackendError.configuration(subject: "/c.json", reason: "not JSON")
        var machine = Machine(offset: .failure(fault))
        machine.account_ = .failure(fault)
        let levels = try await levels(machine)
        #expect(levels["credentials"] == "error")
        #expect(levels["account"] == nil)
        #expect(levels["backend"] == nil)
    }

    @Test func `a backend that does not answer is an error`() async throws {
        let machine = Machine(
            offset: .failure(.unavailable(url: "https://api", reason: "silent")))
        #expect(try await levels(machine)["backend"] == "error")
    }

    /// The lines of `doctor`, without colour.
    private func screen(
        _ machine: Machine, _ words: String..., environment: [String: String] = [:]
    ) async -> [String] {
        var run = CommandLineRun(adapters: TestAdapters(givenMachine: machine))
        run.environment.merge(environment) { $1 }
        return await run.run(["doctor"] + words).lines
    }

    @Test func `what passed is a number, and a list with --all`() async throws {
        #expect(await screen(Machine()) == ["11 checks passed (--all lists them)"])
        let all = await screen(Machine(), "--all")
        #expect(all.count == 12)
        #expect(all.dropLast().allSatisfy { $0.hasPrefix("ok       ") })
        #expect(all.last == "11 checks passed")
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

    @Test func `shells without completion are one finding, and a shell that is not here is none`()
        async throws
    {
        var machine = Machine()
        machine.completions = ["bash", "zsh", "fish"].map {
            InstalledCompletion(shell: $0, state: .missing)
        }
        let missing = try await findings(machine).filter { $0.check == "completion" }
        #expect(missing.map(\.message) == ["bash, zsh and fish have no completion for enclavia"])
        machine.completions = [
            InstalledCompletion(shell: "bash", state: .current(path: "/b")),
            InstalledCompletion(shell: "zsh", state: .outdated(path: "/it's/_enclavia")),
            InstalledCompletion(shell: "fish", state: .outdated(path: "/f")),
        ]
        let lines = await screen(machine)
        #expect(
            lines == [
                "warning  zsh completes from /it's/_enclavia and fish completes from /f, which another"
                    + " version wrote",
                #"         fix: enclavia completion zsh > '/it'\''s/_enclavia' && enclavia completion"#
                    + " fish > '/f'",
                "10 checks passed (--all lists them)",
            ])
        machine.completions = []
        #expect(try await levels(machine)["completion"] == nil)
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

    @Test func `files that one command has opened to others are one finding, with one fix`()
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
                "warning  others than you can use 2 files of the history: /state has mode 0755",
                "         fix: chmod 0700 '/state' && chmod 0600 '/state/history.db'",
            ])
        machine.survey_ = survey(
            (1...9).map { ("/state/spool/\($0).jsonl", .open(mode: 0o666, wanted: 0o600)) })
        #expect(await screen(machine)[1] == "         fix: chmod -R go= '/state'")
        #expect(try await levels(machine)["permissions"] == "error")
    }

    @Test(arguments: ["/state/spool/\u{FFFD}.jsonl", "/state/spool/a\u{1B}[2J.jsonl"])
    func `a name that cannot be typed is in no command`(path: String) async throws {
        var machine = Machine()
        machine.survey_ = survey([(path, .open(mode: 0o644, wanted: 0o600))])
        #expect(await screen(machine)[1] == "         fix: chmod -R go= '/state'")
        machine.survey_ = survey([(path, .foreignOwner(uid: 7))])
        #expect(
            await screen(machine)[1] == "         fix: sudo chown -R \"$(id -u)\" '/state'")
    }

    @Test
    func `a history that cannot be used for a reason that is named already is no other finding`()
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
        // Others are.
        machine.survey_ = survey([], condition: .faulty(.full(path: path)))
        #expect(try await levels(machine)["store"] == "error")
        machine.survey_ = survey(
            [("/state/events.jsonl", .symbolicLink)],
            condition: .faulty(.unsafe(path: path, reason: "x")))
        #expect(try await levels(machine)["store"] == "error")
    }

    @Test func `where docker is missing and podman is here, the fix is to use that`() async throws {
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
