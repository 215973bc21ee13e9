import EnclaviaCommands
import EnclaviaCore
import Synchronization
import Testing

@Suite struct DoctorCheckTests {
    /// A fake machine.
    struct Machine: StoreProbe, EngineProbe, Accounts, ClockProbe, CompletionProbe,
        CredentialHelperProbe, Backend
    {
        var survey_ = StoreSurvey(
            directory: "/state", fileSystem: .local, freeBytes: 1 << 40, unsafeFiles: [],
            condition: .sound(events: 3), spooled: 0)
        var path: String? = "/usr/bin/docker"
        var orphaned: [String] = []
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
        var fastProgram_ = FastProgram(path: "/usr/libexec/f", state: .current)
        /// What Docker's configuration says about this program's helper, and what that answers.
        var use = CredentialHelperUse(configuration: "/d/config.json")
        var reply = CredentialHelperReply.login(user: "alice")
        var access: Result<RegistryAccess, BackendError> = .success(
            RegistryAccess(registry: "r.example", handle: "alice", password: Secret("s")))
        /// Where the engine and the clock wait for each other; `nil` if they do not.
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
        func orphanedCredentials() -> [String] { orphaned }
        func clockOffset() async throws(BackendError) -> Int64? {
            await meeting?.arrive()
            return try offset.get()
        }
        func account() throws(BackendError) -> Account? { try account_.get() }
        var url: String { "https://api" }
        func registryAccess() async throws(BackendError) -> RegistryAccess { try access.get() }
        func notify(_ notification: PushNotification) async -> NotifyReply {
            NotifyReply(result: .failure(.cancelled(url: url)), attempts: 0)
        }
        func credentialHelperUse() -> CredentialHelperUse { use }
        func reply(
            of program: String, for registry: String, within limit: Duration
        ) async -> CredentialHelperReply {
            program == use.program && (try? access.get())?.registry == registry
                ? reply : .failure(.refused("asked \(program) for \(registry)"))
        }
        func installed() -> [InstalledCompletion] { completions }
        func fastProgram() -> FastProgram? { fastProgram_ }
        func login(
            _ request: LoginRequest, prompt: @escaping @Sendable (LoginPrompt) async -> Void
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
    func findings(
        _ machine: Machine, _ environment: [String: String] = [:]
    ) async throws -> [(check: String, level: String, message: String)] {
        var run = CommandLineRun(
            adapters: TestAdapters(givenBackend: machine, givenMachine: machine))
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

    /// The level of each check; not "ok" if any of its findings is worse.
    func levels(
        _ machine: Machine, _ environment: [String: String] = [:]
    ) async throws -> [String: String] {
        Dictionary(
            try await findings(machine, environment).map { ($0.check, $0.level) },
            uniquingKeysWith: { $0 == "ok" ? $1 : $0 })
    }

    private static func gaps(_ ranges: [ClosedRange<Int64>]) -> SequenceGaps {
        var gaps = SequenceGaps()
        gaps.extent = 1...9
        for range in ranges { gaps.add(range) }
        return gaps
    }

    /// A machine on which each check finds a problem.
    static let troubled: Machine = {
        var machine = Machine(orphaned: ["/run/x"], offset: .success(-120_000))
        machine.survey_ = StoreSurvey(
            directory: "/state", fileSystem: .network, freeBytes: 1 << 20,
            unsafeFiles: [
                StoreSurvey.UnsafeFile(
                    path: "/state/history.db", danger: .open(mode: 0o666, wanted: 0o600))
            ],
            condition: .brokenHead(sequence: 3), spooled: 2,
            eventLog: EventLogSurvey(path: "/state/events.jsonl", gaps: Self.gaps([2...3, 5...5])))
        machine.completions = [InstalledCompletion(shell: "zsh", state: .missing)]
        machine.fastProgram_ = FastProgram(path: "/usr/libexec/f", state: .missing)
        machine.helper = .init(program: "docker-credential-x", path: nil)
        machine.use = CredentialHelperUse(
            configuration: "/d/config.json",
            docker: CredentialHelperEntries(registries: ["r.example"]))
        machine.fault = EngineConfigurationFault(path: "/config.json", reason: .notJSON)
        return machine
    }()

    @Test func `a healthy machine has only ok findings`() async throws {
        let levels = try await levels(Machine())
        #expect(levels.values.allSatisfy { $0 == "ok" }, "\(levels)")
        #expect(levels.keys.count == 12)
    }

    @Test func `findings are in the order of the checks, and each check reports one`() async throws
    {
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

    @Test func `the engine and the backend are queried at the same time`() async throws {
        let start = ContinuousClock.now
        _ = try await levels(Machine(meeting: Meeting()))
        #expect(ContinuousClock.now - start < .seconds(10), "the queries did not overlap")
    }

    @Test(arguments: ["/snap/bin/docker", "/var/lib/snapd/snap/bin/docker"])
    func `a client installed as a snap gets a warning`(path: String) async throws {
        #expect(try await levels(Machine(path: path))["engine_client"] == "warning")
    }

    @Test func `each problem has its check and its level`() async throws {
        var machine = Self.troubled
        machine.path = nil
        machine.account_ = .success(nil)
        machine.helper = nil
        machine.use = CredentialHelperUse(configuration: nil)
        machine.fault = nil
        #expect(
            try await levels(machine) == [
                "file_system": "warning", "permissions": "error", "free_space": "error",
                "store": "error", "spool": "warning", "event_log": "warning",
                "engine_client": "error", "leftovers": "warning", "account": "warning",
                "clock": "warning",
                "completion": "warning", "completion_program": "warning",
            ])
    }

    @Test(arguments: [
        (Int64(16) << 20 - 1, "error"), (Int64(16) << 20, "warning"),
        (Int64(256) << 20 - 1, "warning"), (Int64(256) << 20, "ok"),
    ])
    func `the amount of free space decides the level`(_ bytes: Int64, _ level: String) async throws
    {
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

    @Test func `the client's diagnosis takes precedence over this program's own check`()
        async throws
    {
        var machine = Machine(orphaned: [])
        machine.engine = nil
        #expect(try await levels(machine)["engine"] == "error")
        // The client may reach it, for example a script that runs docker with sudo.
        machine.diagnosis_ = .reached(EngineVersion(name: "docker", version: "28"))
        #expect(try await levels(machine)["engine"] == "ok")
        machine.diagnosis_ = .problem(.apiVersion, reason: "too old")
        #expect(try await levels(machine)["engine"] == "error")
        #expect(try await levels(machine)["engine_client"] == "ok")
        // If the client cannot be run, the engine gets no finding of its own.
        machine.diagnosis_ = .program(path: "/usr/bin/docker", .empty)
        #expect(try await levels(machine)["engine_client"] == "error")
        #expect(try await levels(machine)["engine"] == nil)
    }

    @Test func `a gap of the event log is named`() async throws {
        let found = try await findings(Self.troubled, [:]).first { $0.check == "event_log" }
        #expect(
            found?.message
                == "the event log /state/events.jsonl does not have events 2 to 3, and 1 more range"
        )
        #expect(try await levels(Machine())["event_log"] == nil)
        var machine = Machine()
        machine.survey_ = StoreSurvey(
            directory: "/state", fileSystem: .local, freeBytes: nil, unsafeFiles: [],
            condition: .none, spooled: 0,
            eventLog: EventLogSurvey(path: "/e", gaps: Self.gaps([])))
        #expect(try await levels(machine)["event_log"] == "ok")
    }

    @Test func `a tag policy is checked only if one is set`() async throws {
        #expect(try await levels(Machine())["tag_policy"] == nil)
        let good = try await levels(Machine(), ["ENCLAVIA_TAG_POLICY": "*=move"])
        #expect(good["tag_policy"] == "ok")
        let bad = try await levels(Machine(), ["ENCLAVIA_TAG_POLICY": "*=mvoe"])
        #expect(bad["tag_policy"] == "error")
    }

    @Test func `rotating credentials get a warning only in CI`() async throws {
        #expect(try await levels(Machine())["credentials"] == nil)
        #expect(try await levels(Machine(), ["CI": "true"])["credentials"] == "warning")
        var machine = Machine()
        machine.account_ = .success(
            Account(
                handle: nil, backend: "https://api", source: .environment, kind: .longLived))
        #expect(try await levels(machine, ["CI": "true"])["credentials"] == nil)
    }

    @Test func `a malformed credentials file is reported once`() async throws {
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
}
