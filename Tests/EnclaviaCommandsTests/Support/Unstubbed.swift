import EnclaviaCommands
import EnclaviaCore
import Testing

/// Replaces a port that a test does not give: each call fails the test with the call's name, and throws an
/// error, or returns an empty value if it cannot throw.
struct Unstubbed: Sendable {
    /// Receives the name of each call.
    var onCall: @Sendable (_ call: String) -> Void = {
        Issue.record("a command asked for \($0), which its test does not give")
    }

    func record(_ call: String) { onCall(call) }

    func failure(_ call: StaticString = #function) -> StoreError {
        record("\(call)")
        return .inaccessible(path: "\(call)", reason: "the test does not give it")
    }
}

extension Unstubbed: CompletionInstaller {
    func install(
        _ shell: CompletionShell
    ) async throws(CompletionInstallError) -> CompletionInstallation {
        record("install")
        throw .noHome(path: "the test does not give it")
    }
}

extension Unstubbed: Browser, EngineProbe, StoreProbe, CompletionProbe, CredentialHelperProbe {
    func credentialHelperUse() -> CredentialHelperUse {
        record(#function)
        return CredentialHelperUse(configuration: nil)
    }

    func reply(
        of program: String, for registry: String, within limit: Duration
    ) -> CredentialHelperReply {
        record(#function)
        return .failure(.incomplete)
    }

    func open(_ url: String) -> Bool {
        record(#function)
        return false
    }

    func status() -> EngineStatus {
        record(#function)
        return EngineStatus(
            program: "", path: nil, isPodman: false, endpoint: "", engine: nil, unreachable: nil,
            credentialHelper: nil, configurationFault: nil)
    }

    func diagnosis(of status: EngineStatus) -> EngineDiagnosis? {
        record(#function)
        return nil
    }

    func orphanedCredentials() -> [String] {
        record(#function)
        return []
    }

    func survey() -> StoreSurvey {
        StoreSurvey(
            directory: "", fileSystem: .local, freeBytes: nil, unsafeFiles: [],
            condition: .faulty(failure()), spooled: 0)
    }

    func installed() -> [InstalledCompletion] {
        record(#function)
        return []
    }

    func fastProgram() -> FastProgram? {
        record(#function)
        return nil
    }
}

extension Unstubbed: ReferenceLocks, AccountJournal, HistoryMaintenance, HistoryVerifier,
    HistoryComparer, EventFeed, HistoryCopier, HistoryRebuilder, HistorySalvager, HistoryReporter,
    HistoryChain
{
    func acquire(
        _ reference: ImageReference, for use: ReferenceUse, onWait: @Sendable () async -> Void
    ) -> (any ReferenceLock)? {
        record(#function)
        return nil
    }

    func append(_ event: AccountEvent) throws(StoreError) -> [StoreWarning] { throw failure() }

    func newest() throws(StoreError) -> LocalChain? { throw failure() }
    func hash(at sequence: Int64) throws(StoreError) -> [UInt8]? { throw failure() }
    func batch(after sequence: Int64, through last: Int64) throws(StoreError) -> ChainBatch {
        throw failure()
    }
    func keep(_ state: SyncState) async throws(StoreError) { throw failure() }

    func importRecords(
        from source: RecordSource, progress: @escaping @Sendable (ImportProgress) -> Void
    ) throws(ImportError) -> ImportSummary { throw .store(failure()) }

    func prunable(before moment: Timestamp) throws(StoreError) -> PruneSummary {
        throw failure()
    }

    func prune(before moment: Timestamp, host: String?) throws(StoreError) -> PruneSummary {
        throw failure()
    }

    func recover() throws(StoreError) -> RecoverySummary { throw failure() }

    func report(
        _ query: HistoryQuery, in zone: LocalZone
    ) throws(StoreError) -> HistoryReport { throw failure() }

    func verify(
        _ options: VerifyOptions, progress: (Int) -> Void
    ) throws(StoreError) -> VerifyReport { throw failure() }

    func backup(
        to path: String, progress: (BackupStage) -> Void
    ) throws(BackupError) -> BackupSummary { throw .store(failure()) }

    func prepare(
        _ options: VerifyOptions, progress: (RebuildStage) -> Void,
        changed: (RebuiltPush) throws -> Void
    ) throws -> any PreparedRebuild { throw RebuildError.store(failure()) }

    func compare(
        _ logs: [EventLogSource], progress: (Int) -> Void
    ) throws(LogComparisonError) -> LogComparison { throw .store(failure()) }

    func salvage(
        _ path: String, to target: String, progress: (SalvageStage) -> Void
    ) throws(SalvageError) -> SalvageSummary { throw .store(failure()) }

    func page(
        _ query: EventQuery, after sequence: Int64, limit: Int
    ) throws(StoreError) -> EventPage { throw failure() }

    func newest() throws(StoreError) -> Int64 { throw failure() }
    func version() throws(StoreError) -> FeedVersion { throw failure() }
}

extension Unstubbed: CheckpointJournal, CheckpointSigner {
    func next(at moment: Timestamp) throws(CheckpointError) -> Checkpoint {
        throw .store(failure())
    }

    func keep(_ checkpoint: Checkpoint) throws(CheckpointError) -> [StoreWarning] {
        throw .store(failure())
    }

    func sign(_ text: String, with key: String) throws(SignatureError) -> [UInt8] {
        throw .failed(reason: "\(failure())")
    }

    func check(
        _ text: [UInt8], signature: String, allowedSigners: String, identity: String
    ) throws(SignatureError) -> SignatureResult { throw .failed(reason: "\(failure())") }
}

extension Unstubbed: PushJournal {
    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
        record(#function)
        return await LostJournal().begin(id, started)
    }

    func record(
        _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated, _ manifest: PushedManifest
    ) async -> any PushEntry {
        record(#function)
        return await LostJournal().record(id, started, known, manifest)
    }

    func pendingNotifications(
        backend: String, registry: String, owner: String
    ) throws(StoreError) -> PendingNotifications { throw failure() }

    func unverified(
        backend: String, registry: String, owner: String
    ) throws(StoreError) -> [PushRecord] { throw failure() }

    func isNewest(
        _ id: PushID, of reference: ImageReference, backend: String
    ) throws(StoreError) -> Bool { throw failure() }

    func commit(
        of digest: Digest, at reference: ImageReference
    ) throws(StoreError) -> String? { throw failure() }

    func claim(_ id: PushID) throws(StoreError) -> (any PushClaim)? { throw failure() }

    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt {
        record(#function)
        return await LostJournal().append(steps)
    }

    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp, to id: PushID
    ) async -> PushReceipt {
        record(#function)
        return await LostJournal().appendPushed(
            digest: digest, mediaType: mediaType, sizeBytes: sizeBytes, after: before, at: moment)
    }
}
