import EnclaviaContext
import EnclaviaCore
import EnclaviaEngine
import EnclaviaFleet
import EnclaviaService
import EnclaviaStore
import SystemPackage

/// The real adapters, which are known here alone. Those of the backend, the accounts, the store, the engine and the
/// locks are made once.
final class LiveAdapters: Adapters {
    private let settings: Settings
    private let console: Console
    private let system: any SystemEnvironment
    private let transport: Transport
    private let service: EnclaviaBackend
    private let login: EnclaviaAccounts
    private let storeJournal: StoreJournal
    private let historyStore: HistoryStore
    private let eventLog: EventLog
    private let dockerEngine: DockerEngine
    private let locks: FileReferenceLocks

    init(
        _ settings: Settings, _ console: Console, _ system: any SystemEnvironment,
        _ secrets: SecretScrubber
    ) {
        self.settings = settings
        self.console = console
        self.system = system
        // Nothing is opened here: client and store open at their first call.
        transport = Transport(
            NetworkSettings(
                userAgent: "enclavia/\(enclaviaVersion)", variables: settings.environment),
            secrets: secrets)
        let account = ServiceSettings(
            configDirectory: settings.configDirectory, backendURL: settings.backendURL,
            token: settings.value("ENCLAVIA_TOKEN"),
            readableFile: ReadableFileWarning {
                console.warn(ErrorMessages.credentialsReadable($0))
            })
        service = EnclaviaBackend(
            settings: account, transport: transport, system: system)
        login = EnclaviaAccounts(
            settings: account, transport: transport, system: system)
        let paths = StorePaths(
            stateDirectory: settings.stateDirectory, runtimeDirectory: settings.runtimeDirectory)
        eventLog = EventLog(
            setting: settings.eventLog, paths: paths, workingDirectory: settings.workingDirectory)
        storeJournal = StoreJournal(paths: paths, log: eventLog, system: system, secrets: secrets)
        locks = FileReferenceLocks(paths: paths)
        dockerEngine = DockerEngine(
            EngineSettings(
                program: settings.engineProgram, environment: settings.environment,
                home: settings.home, runtimeDirectory: settings.runtimeDirectory,
                stateDirectory: settings.stateDirectory, secrets: secrets),
            onOrphanedCredentials: { console.warn(ErrorMessages.leftCredentials(in: $0)) },
            onConfigurationFault: { console.warn(ErrorMessages.ignoredConfiguration($0)) })
        historyStore = HistoryStore(paths: paths) {
            console.log(
                "note: \($0.printable) is opened as immutable, since its directory is not writable"
            )
        }
    }

    func engine(drawsProgress: Bool) -> any ImageEngine {
        dockerEngine.drawingProgress(drawsProgress)
    }

    func engineProbe() -> any EngineProbe { dockerEngine }

    func credentialHelperProbe() -> any CredentialHelperProbe { dockerEngine }

    func clock() throws(BackendError) -> any ClockProbe {
        try ProcessState.checkDescriptorLimit()
        return service
    }

    func browser() -> any Browser { SystemBrowser(environment: settings.environment) }

    func backend() throws(BackendError) -> any Backend {
        try ProcessState.checkDescriptorLimit()
        return service
    }

    func registryCredentials() throws(BackendError) -> any RegistryCredentials {
        try ProcessState.checkDescriptorLimit()
        return service
    }

    func enclaves() throws(BackendError) -> any Enclaves {
        try ProcessState.checkDescriptorLimit()
        return service
    }

    func registry() throws(BackendError) -> any Registry {
        try ProcessState.checkDescriptorLimit()
        return DistributionRegistry(transport: transport, system: system)
    }

    func contextProbe() -> any ContextProbe {
        GitContextProbe(
            environment: settings.environment, directory: settings.workingDirectory)
    }

    func commits() -> any CommitGraph {
        GitCommitGraph(
            environment: settings.environment, directory: settings.workingDirectory)
    }

    func journal() -> any PushJournal { storeJournal }

    func stateOrigin() -> any StateOrigin {
        let paths = storePaths
        return GitStateOrigin(
            environment: settings.environment, directory: settings.stateDirectory,
            files: paths.sources)
    }

    func referenceLocks() -> any ReferenceLocks { locks }

    func pushClients() -> any PushClients { ClientProcesses() }

    func accountJournal() -> any AccountJournal { storeJournal }

    func maintenance() -> any HistoryMaintenance { storeJournal }

    func verifier() -> any HistoryVerifier { historyStore }

    func copier() -> any HistoryCopier { StoreBackup(paths: storePaths) }
    func comparer() -> any HistoryComparer { historyStore }
    func reporter() -> any HistoryReporter { historyStore }
    func rebuilder() -> any HistoryRebuilder { StoreRebuilder(paths: storePaths, system: system) }
    func checkpoints() -> any CheckpointJournal { storeJournal }
    func checkpointSigner() -> any CheckpointSigner { SSHSigner(environment: settings.environment) }

    private var storePaths: StorePaths {
        StorePaths(
            stateDirectory: settings.stateDirectory, runtimeDirectory: settings.runtimeDirectory)
    }

    func salvager() -> any HistorySalvager { StoreSalvage(system: system) }

    func history() -> any History { historyStore }
    func events() -> any EventFeed { historyStore }

    func sharedHistory(
        _ name: String, limit: Duration
    ) throws(RemoteError) -> any SharedHistory {
        do throws(RemoteAddressFault) {
            return PsqlHistory(
                try HistoryRemote(name), environment: settings.environment, home: settings.home,
                limit: limit)
        } catch {
            throw .address(error)
        }
    }

    func pushCollection() throws(StoreError) -> any PushCollection {
        try TemporaryHistory(
            directory: settings.environment["TMPDIR"] ?? "/var/tmp",
            chain: ChainID(system.newID()))
    }

    func sharedHistorySchema() -> String { FleetSchema.sql }

    func chain() -> any HistoryChain { StoreChain(historyStore, storeJournal) }

    func ownFiles() -> [String] {
        storePaths.files + [eventLog.path, service.credentialsFile].compactMap { $0 }
    }

    func storeProbe() -> any StoreProbe { StoreSurveyor(historyStore, eventLog) }

    func completionProbe() -> any CompletionProbe {
        CompletionSurvey(settings, CompletionShell.allCases)
    }

    func completionInstaller() -> any CompletionInstaller { CompletionFileInstaller(settings) }

    func accounts() -> any Accounts { login }

    func remember(_ enclaves: [Enclave]) async throws(StoreError) -> [StoreWarning] {
        try await storeJournal.remember(enclaves, at: service.url)
    }

    func close() async -> [StoreWarning] {
        // The store's connection stays open until the process ends, so that no command waits for a checkpoint.
        let warnings = await storeJournal.finishLog()
        await transport.shutdown()
        return warnings
    }

    func waitForCriticalSection(_ announce: () -> Void) -> Bool {
        transport.waitForCriticalSection(announce)
    }

    func sweepCredentials() -> Int { dockerEngine.sweep() }
    func removeCredentialsNow() { dockerEngine.removeSessionsNow() }
}
