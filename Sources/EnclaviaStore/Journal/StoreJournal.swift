import EnclaviaCore
import EnclaviaSystem
import GRDB
import Synchronization

/// The journal over the store, its spool and the event log.
///
/// Before it records a push, it recovers what other processes left behind (``Recovery``): the spool of pushes that
/// have ended, and the end of pushes whose process has ended.
package final class StoreJournal: PushJournal {
    let writer: StoreWriter
    let log: EventLogWriter
    let system: any SystemEnvironment
    /// What is to be appended by the next transaction.
    let waiting = Mutex<[WaitingAppend]>([])
    /// Whether an earlier step for a recorded push has recovered what other processes left behind.
    let hasRecovered = Mutex(false)
    /// Why an earlier push of this process found the store locked; further ones do not wait as long once more.
    private let locked = Mutex<StoreError?>(nil)

    /// Opens nothing yet.
    ///
    /// - Parameter secrets: what is never written, neither into the store nor beside it.
    package init(
        paths: StorePaths, log: EventLog, system: any SystemEnvironment,
        settings: StoreSettings = StoreSettings(), secrets: SecretScrubber = SecretScrubber()
    ) {
        writer = StoreWriter(
            paths: paths, settings: settings, system: system, secrets: secrets)
        self.log = EventLogWriter(log, writer)
        self.system = system
    }

    package func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
        await writer.run {
            self.open(id, started, [EventMetadata(self.system)]) { _, _ in [.started(started)] }
        }
    }

    package func record(
        _ id: PushID, _ started: PushStarted, _ known: PushAuthenticated, _ manifest: PushedManifest
    ) async -> any PushEntry {
        await writer.run {
            let metadata = (0..<3).map { _ in EventMetadata(self.system) }
            return self.open(id, started, metadata) { _, db in
                var manifest = manifest
                if let db { try manifest.take(TagHistory(known.reference, besides: id, db)) }
                return [.started(started), .authenticated(known), .pushed(manifest)]
            }
        }
    }

    package func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, after before: TagBefore,
        at moment: Timestamp, to id: PushID
    ) async -> PushReceipt {
        let builder = pushedStep(
            digest, mediaType: mediaType, sizeBytes: sizeBytes, after: before, at: moment)
        return await writer.run { self.add([EventMetadata(self.system)], to: id, builder) }
    }

    package func pendingNotifications(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> PendingNotifications {
        let paths = writer.paths
        return try await read { db in
            try PendingNotificationQuery(
                outcomes: [.pending],
                caller: (backend: backend, registry: registry, owner: owner)
            ).run(db, paths: paths)
        }
    }

    package func unverified(
        backend: String, registry: String, owner: String
    ) async throws(StoreError) -> [PushRecord] {
        let paths = writer.paths
        return try await read { db in try UnverifiedPushes.all(db, paths) }.filter { push in
            push.backend == backend && push.reference?.registry == registry
                && push.reference?.owner == owner
        }
    }

    /// Reads on the writing connection.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let found = await writer.run {
            Result { () throws(StoreError) in
                try self.writer.onConnection(body)
            }
        }
        return try found.get()
    }

    /// Makes the event log durable.
    ///
    /// - Returns: what went wrong.
    package func finishLog() async -> [StoreWarning] {
        await writer.run { self.log.finish().map { [$0] } ?? [] }
    }

    /// Makes the event log durable and closes the store; what is written later opens it again.
    ///
    /// - Returns: what went wrong.
    @discardableResult
    package func close() async -> [StoreWarning] {
        await writer.run {
            let warning = self.log.finish()
            self.writer.close()
            return warning.map { [$0] } ?? []
        }
    }

    /// Takes the push's lock and records its first steps.
    private func open(
        _ id: PushID, _ started: PushStarted, _ metadata: [EventMetadata],
        _ builder: @escaping StepBuilder
    ) -> StorePushEntry {
        let blank = PushRecord.started(started, by: id)
        var refused: StoreError?
        var lock: FileLock?
        do throws(StoreError) {
            try PrivateFileIO.makeOwnDirectory(writer.paths.stateDirectory, isLinkable: true)
            try PrivateFileIO.makeOwnDirectory(writer.paths.running)
            lock = try FileLock.acquire(writer.paths.lock(of: id.text), seconds: 1)
        } catch {
            refused = error
        }
        var recorder = PushRecorder(
            id: id, record: blank, writer: writer, log: log, system: system, lock: lock)
        refused = refused ?? locked.withLock { $0 } ?? recover(&recorder)
        recorder.perform(metadata, refused: refused, builder)
        if let error = recorder.lockError { locked.withLock { $0 = error } }
        return StorePushEntry(recorder)
    }

    /// Records steps of a push that this process or another has begun.
    ///
    /// - Parameter refused: why the store is not tried; `nil` to try it.
    func add(
        _ metadata: [EventMetadata], to id: PushID, refused: StoreError? = nil,
        _ builder: @escaping StepBuilder
    ) -> PushReceipt {
        let unknown = unknownPush(id)
        var record: PushRecord?
        var refused = refused
        do throws(StoreError) {
            record = try stored(id)
        } catch {
            refused = refused ?? error
        }
        if record == nil, refused == nil {
            return unknown
        }
        var recorder = PushRecorder(
            id: id, record: record ?? unknown.record, writer: writer, log: log,
            system: system, lock: nil)
        if refused == nil, !hasRecovered.withLock({ $0 }) {
            refused = recover(&recorder)
            hasRecovered.withLock { $0 = refused == nil }
        }
        recorder.perform(metadata, refused: refused, builder)
        defer { recorder.close() }
        return recorder.receipt()
    }

    /// The receipt of steps for a push that the history does not have.
    func unknownPush(_ id: PushID) -> PushReceipt {
        let record = PushRecord(
            id: id, revision: 1, destination: "", backend: "", localImage: "",
            startedAt: system.now(), cliVersion: "")
        return PushReceipt(
            record: record, location: .nowhere(reason: "the history has no push \(id)"))
    }

    /// Runs the recovery.
    ///
    /// - Returns: why the store cannot be written, so that the caller does not wait for it a second time.
    private func recover(_ recorder: inout PushRecorder) -> StoreError? {
        do throws(StoreError) {
            recorder.add(try recovery.recover().warnings)
            return nil
        } catch {
            return error
        }
    }

    var recovery: Recovery {
        Recovery(writer: writer, log: log, system: system)
    }
}
