import EnclaviaCore
import EnclaviaSystem

/// A check of `doctor`: its name, and how it judges the machine.
package struct DoctorCheck: Sendable {
    /// As `--json` spells it.
    package let name: String
    /// What it checks, as enclavia-doctor(1) says it.
    package let summary: String
    /// Returns no finding where there is nothing to judge, or another check reports the cause: one cause is one
    /// finding, of the check that can name it and its fix.
    let findings: @Sendable (Machine) -> [DoctorFinding]

    init(
        _ name: String, _ summary: String,
        _ findings: @escaping @Sendable (Machine) -> [DoctorFinding]
    ) {
        self.name = name
        self.summary = summary
        self.findings = findings
    }

    /// All of them, in the order of their findings.
    package static let all = [
        fileSystem, permissions, freeSpace, store, spool, eventLog, engineClient, engine,
        engineConfiguration, credentialHelper, orphanedCredentials, tagPolicy, account, credentials,
        backend, clock, dockerLogin, completion, completionProgram,
    ]

    static func run(on machine: Machine) -> [(check: DoctorCheck, finding: DoctorFinding)] {
        all.flatMap { check in check.findings(machine).map { (check, $0) } }
    }
}

/// What a check found, as a message for the user, and how to fix a problem.
enum DoctorFinding: Hashable, Sendable {
    case ok(String)
    /// A problem that may cause failures later.
    case warning(String, fix: String)
    /// A problem that prevents pushes or their recording.
    case error(String, fix: String)

    enum Level: String, Encodable, CaseIterable {
        case ok, warning, error
    }

    var level: Level {
        switch self {
        case .ok: .ok
        case .warning: .warning
        case .error: .error
        }
    }

    var message: String {
        switch self {
        case .ok(let message), .warning(let message, _), .error(let message, _): message
        }
    }

    var fix: String? {
        switch self {
        case .ok: nil
        case .warning(_, let fix), .error(_, let fix): fix
        }
    }
}

/// The state of the machine, which the checks judge. Each port is queried once, however many checks use the
/// result.
struct Machine: Sendable {
    let settings: Settings
    let store: StoreSurvey
    let engine: EngineStatus
    /// What the engine's client reports beyond ``engine``; `nil` where it adds nothing.
    let diagnosis: EngineDiagnosis?
    /// Whether podman is on `PATH`.
    let hasPodman: Bool
    let orphanedCredentials: [String]
    let account: Result<Account?, BackendError>
    /// How far the backend's clock is ahead, in milliseconds; `nil` where its response has no time.
    let clockOffset: Result<Int64?, BackendError>
    let helper: CredentialHelperUse
    /// How ``helper`` logs in; `nil` where it is not used, or where another check reports why it cannot.
    let helperLogin: Result<HelperLogin, BackendError>?
    let completions: [InstalledCompletion]
    /// `nil` where it is not known which program this is.
    let fastProgram: FastProgram?

    /// Queries the engine, the backend and the shells at the same time. Changes nothing.
    ///
    /// - Throws: ``BackendError`` where no connection can be made in this process.
    init(_ context: CommandContext) async throws {
        let adapters = context.adapters
        let (accounts, backend) = (try adapters.accounts(), try adapters.clock())
        let engineProbe = adapters.engineProbe()
        async let engineAnswer = Self.ask(engineProbe)
        async let offset = result { () async throws(BackendError) in
            try await backend.clockOffset()
        }
        let completionProbe = adapters.completionProbe()
        async let loaded = completionProbe.installed()
        settings = context.settings
        store = adapters.storeProbe().survey()
        (engine, diagnosis) = await engineAnswer
        hasPodman = ProgramSearch.find("podman", in: context.settings.value("PATH")) != nil
        orphanedCredentials = engineProbe.orphanedCredentials()
        account = await result { () throws(BackendError) in try accounts.account() }
        clockOffset = await offset
        helper = adapters.credentialHelperProbe().credentialHelperUse()
        let isBackendReached = if case .success = clockOffset { true } else { false }
        helperLogin =
            isBackendReached ? await Self.helperLogin(helper, account, context) : nil
        completions = await loaded
        fastProgram = completionProbe.fastProgram()
    }

    private static func ask(
        _ probe: any EngineProbe
    ) async -> (EngineStatus, EngineDiagnosis?) {
        let status = await probe.status()
        let diagnosis = await probe.diagnosis(of: status)
        guard case .reached(let engine) = diagnosis else { return (status, diagnosis) }
        return (status.answered(by: engine), diagnosis)
    }
}
