import EnclaviaCore
import Testing

@Suite struct DoctorOperationTests {
    /// A machine, told of rather than looked at.
    private struct Machine: StoreProbe, EngineProbe, Accounts, ClockProbe, CompletionProbe {
        var survey_ = StoreSurvey(
            directory: "/state", fileSystem: .local, freeBytes: 1 << 40, unsafeFiles: [],
            condition: .sound(events: 3), spooled: 0)
        var path: String? = "/usr/bin/docker"
        var leftovers_: [String] = []
        var diagnosis_: EngineDiagnosis?
        var engine = EngineVersion?.some(EngineVersion(name: "docker", version: "28"))
        var offset: Result<Int64?, BackendError> = .success(0)
        var account_: Result<Account?, BackendError> = .success(
            Account(
                handle: "alice", backend: "https://api", source: .file(path: "/c.json"),
                kind: .rotating(expiresAt: nil)))
        var completions: [InstalledCompletion] = [
            InstalledCompletion(shell: "bash", state: .current(path: "/b"))
        ]

        func survey() -> StoreSurvey { survey_ }
        func status() async -> EngineStatus {
            EngineStatus(
                program: "docker", path: path, isPodman: false, endpoint: "unix:///d.sock",
                engine: path.flatMap { _ in engine },
                unreachable: nil, credentialHelper: nil, configurationFault: nil)
        }
        func diagnosis(of status: EngineStatus) async -> EngineDiagnosis? { diagnosis_ }
        func leftovers() -> [String] { leftovers_ }
        func clockOffset() async throws(BackendError) -> Int64? { try offset.get() }
        func account() throws(BackendError) -> Account? { try account_.get() }
        func installed() -> [InstalledCompletion] { completions }
        func login(
            _ request: LoginRequest, invite: @escaping @Sendable (LoginInvitation) async -> Void
        ) async throws(LoginError) -> CompletedLogin { throw .cancelled }
        func logout() async throws(BackendError) -> Account? { nil }
    }

    private func levels(
        _ machine: Machine, inCI: Bool = false
    ) async -> [Finding.Check: Finding.Level] {
        let findings = await DoctorOperation(
            store: machine, engine: machine, accounts: machine, clock: machine,
            completion: machine, isContinuousIntegration: inCI
        ).run()
        return Dictionary(
            findings.map { ($0.check, $0.level) }, uniquingKeysWith: { $0 == .ok ? $1 : $0 })
    }

    @Test func `a machine in order has nothing but good findings`() async {
        let levels = await levels(Machine())
        #expect(levels.values.allSatisfy { $0 == .ok }, "\(levels)")
        #expect(levels.keys.count == 11)
    }

    @Test(arguments: ["/snap/bin/docker", "/var/lib/snapd/snap/bin/docker"])
    func `a client that is a snap is warned of`(path: String) async {
        #expect(await levels(Machine(path: path))[.engineClient] == .warning)
    }

    @Test func `each trouble has its check and its level`() async {
        var machine = Machine(path: nil, leftovers_: ["/run/x"], offset: .success(-120_000))
        machine.survey_ = StoreSurvey(
            directory: "/state", fileSystem: .network, freeBytes: 1 << 20,
            unsafeFiles: [
                StoreSurvey.UnsafeFile(
                    path: "/state/history.db", danger: .open(mode: 0o666, wanted: 0o600))
            ],
            condition: .brokenHead(sequence: 3), spooled: 2)
        machine.account_ = .success(nil)
        machine.completions = [InstalledCompletion(shell: "zsh", state: .missing)]
        #expect(
            await levels(machine) == [
                .fileSystem: .warning, .permissions: .error, .freeSpace: .error, .store: .error,
                .spool: .warning, .engineClient: .error, .leftovers: .warning,
                .account: .warning, .clock: .warning, .completion: .warning,
            ])
    }

    @Test func `what the client tells goes before what this program found`() async {
        var machine = Machine(leftovers_: [])
        machine.engine = nil
        #expect(await levels(machine)[.engine] == .error)
        // As a script that runs docker by sudo does.
        machine.diagnosis_ = .reached(EngineVersion(name: "docker", version: "28"))
        #expect(await levels(machine)[.engine] == .ok)
        machine.diagnosis_ = .trouble(.apiVersion, reason: "too old")
        #expect(await levels(machine)[.engine] == .error)
        #expect(await levels(machine)[.engineClient] == .ok)
        // A client that cannot be run is enough of a finding.
        machine.diagnosis_ = .program(path: "/usr/bin/docker", .empty)
        #expect(await levels(machine)[.engineClient] == .error)
        #expect(await levels(machine)[.engine] == nil)
    }

    @Test func `credentials that rotate are warned of in CI alone`() async {
        #expect(await levels(Machine())[.credentials] == nil)
        #expect(await levels(Machine(), inCI: true)[.credentials] == .warning)
        var machine = Machine()
        machine.account_ = .success(
            Account(
                handle: nil, backend: "https://api", source: .environment, kind: .longLived))
        #expect(await levels(machine, inCI: true)[.credentials] == nil)
    }

    @Test func `a malformed credentials file is told of once`() async {
        let fault = BackendError.configuration(subject: "/c.json", reason: "not JSON")
        var machine = Machine(offset: .failure(fault))
        machine.account_ = .failure(fault)
        let levels = await levels(machine)
        #expect(levels[.credentials] == .error)
        #expect(levels[.backend] == nil)
    }

    @Test func `a backend that does not answer is an error`() async {
        let machine = Machine(
            offset: .failure(.unavailable(url: "https://api", reason: "silent")))
        #expect(await levels(machine)[.backend] == .error)
    }
}
