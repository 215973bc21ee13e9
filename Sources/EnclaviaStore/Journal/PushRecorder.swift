import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// Builds the steps of one call from the current record.
///
/// Called inside the transaction with the database, or, for the spool, without one.
typealias StepBuilder = @Sendable (_ record: PushRecord, _ db: Database?) throws -> [PushStep]

/// Records one push: in the store until that refuses an event, and in the spool from then on. Lines that the spool
/// refuses stay in memory until it accepts all of them.
struct PushRecorder: Sendable {
    let id: PushID
    let writer: StoreWriter
    let log: EventLogWriter
    let system: any SystemEnvironment
    let lock: FileLock?
    /// The record as it was written last.
    private var written: PushRecord
    /// Steps that are written with the next ones.
    private var waiting: [(metadata: EventMetadata, step: PushStep)] = []
    private(set) var location = RecordLocation.store
    /// The hash of the last event that the store accepted; `nil` before the first, and once it has refused one.
    private var head: [UInt8]?
    /// The spool files that lines were written to, the current one last; a disk may fill up under the first.
    private var spools: [SpoolFile] = []
    /// Lines that neither the store nor the spool has accepted.
    private var unsaved: [String] = []
    private var warnings: [StoreWarning] = []
    private var hasWarnedOfLog = false
    /// Why the store refused an event; empty if it has not.
    private var refusal = ""
    /// The error, if the store was locked for too long.
    private(set) var lockError: StoreError?

    init(
        id: PushID, record: PushRecord, writer: StoreWriter, log: EventLogWriter,
        system: any SystemEnvironment, lock: FileLock?
    ) {
        self.id = id
        written = record
        self.writer = writer
        self.log = log
        self.system = system
        self.lock = lock
    }

    /// The record as of the last step.
    var record: PushRecord {
        var record = written
        for (_, step) in waiting { record.take(step) }
        return record
    }

    mutating func add(_ more: [StoreWarning]) {
        warnings += more
    }

    /// Keeps a step in memory until the next one is written, which saves a commit. Only for a step that can be
    /// repeated if the process crashes before.
    mutating func wait(with step: PushStep) {
        waiting.append((EventMetadata(system), step))
    }

    /// Records the steps of `builder`, at most as many as `metadata`.
    ///
    /// - Parameter refused: the reason not to try the store; `nil` to try it.
    mutating func perform(
        _ metadata: [EventMetadata], refused: StoreError? = nil, _ builder: @escaping StepBuilder
    ) {
        let before = waiting
        waiting = []
        let metadata = before.map(\.metadata) + metadata
        let builder: StepBuilder = { record, db in
            var record = record
            for (_, step) in before { record.take(step) }
            return before.map(\.step) + (try builder(record, db))
        }
        switch location {
        case .store:
            do throws(StoreError) {
                if let refused { throw refused }
                try store(metadata, builder)
            } catch {
                refusal = error.reason
                if case .locked = error { lockError = error }
                head = nil
                spoolSteps(metadata, builder)
            }
        case .spool, .nowhere:
            spoolSteps(metadata, builder)
        }
    }

    /// The state of the push so far; each warning is returned once.
    mutating func receipt() -> PushReceipt {
        defer { warnings = [] }
        warnings += writer.takeWarnings()
        return PushReceipt(
            record: record, location: location, head: head.map { Hexadecimal.encode($0) },
            warnings: warnings)
    }

    mutating func close() {
        if !waiting.isEmpty { perform([]) { _, _ in [] } }
        for spool in spools { spool.close() }
        lock?.release(removing: true)
    }
}

extension PushRecorder {
    private mutating func store(_ metadata: [EventMetadata], _ builder: StepBuilder)
        throws(StoreError)
    {
        let (id, record) = (id, written)
        let (stored, events) = try writer.write { writer -> PushRecord? in
            let found = try PushProjection.find(id, writer.db)
            var steps = try builder(found?.record ?? record, writer.db)
            if found == nil, let first = steps.first, first.record(of: id) == nil {
                steps = [record.catchingUp(steps)]
            }
            let events = zip(metadata, steps).map { $0.event(id, $1) }
            return try writer.append(events, to: id, replacing: found)
        }
        if let stored { written = stored }
        head = events.head
        guard let warning = log.append(events), !hasWarnedOfLog else { return }
        hasWarnedOfLog = true
        warnings.append(warning)
    }

    /// Writes the steps to the spool. Without the store, the tag's previous digest is unknown.
    private mutating func spoolSteps(_ metadata: [EventMetadata], _ builder: StepBuilder) {
        let end = writer.end()
        do {
            let steps = try builder(written, nil).map { $0.without(writer.secrets) }
            let lines = try zip(metadata, steps).map { metadata, step in
                written.take(step)
                return try JSONText.encode(
                    CloudEvent(
                        metadata.event(id, step).of(written), of: end?.chain, follows: end?.sequence
                    ))
            }
            unsaved += lines
            log.append(spooled: lines)
            let path = try saveInSpool()
            location = .spool(
                path: path.string, reason: refusal, isVolatile: writer.paths.isVolatile(path))
        } catch {
            let cause = (error as? StoreError)?.reason ?? "\(error)"
            location = .nowhere(reason: refusal == cause ? cause : "\(refusal); \(cause)")
        }
    }

    /// Writes the unsaved lines to the current spool file, else to the first one that accepts them.
    ///
    /// - Returns: that file's path.
    private mutating func saveInSpool() throws(StoreError) -> FilePath {
        let file = try takingFile()
        unsaved = []
        return file.path
    }

    private mutating func takingFile() throws(StoreError) -> SpoolFile {
        for file in spools.reversed() {
            do throws(StoreError) {
                try file.append(unsaved)
                return file
            } catch {
                // Another file may accept the lines; only the last file's error is reported.
                continue
            }
        }
        let file = try SpoolFile.begin(id, unsaved, in: writer.paths, besides: spools)
        spools.append(file)
        return file
    }
}

extension PushRecord {
    /// Like ``apply(_:)``, but ignores a `started` step: the record was made for it.
    fileprivate mutating func take(_ step: PushStep) {
        if case .started = step { return }
        apply(step)
    }

    /// Replaces `steps` by one full snapshot when the store has no row for this push.
    fileprivate func catchingUp(_ steps: [PushStep]) -> PushStep {
        var whole = self
        for step in steps { whole.apply(step) }
        return .reconciled(whole)
    }
}
