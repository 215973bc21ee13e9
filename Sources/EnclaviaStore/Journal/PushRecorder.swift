import EnclaviaCore
import EnclaviaSystem
import GRDB
import SystemPackage

/// How the steps of one call follow from what the record is by then.
///
/// It is asked inside the transaction, with the database, or, for the spool, without one.
typealias StepBuilder = @Sendable (_ record: PushRecord, _ db: Database?) throws -> [PushStep]

/// One push that is being recorded: in the store while it takes the events, else in the spool, to which
/// a push keeps once it has begun there, else in memory alone, until the spool takes all of it.
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
    /// The files that have taken lines, the one in use last: a disk may fill up under the first.
    private var spools: [SpoolFile] = []
    /// Lines that neither store nor spool has taken.
    private var unsaved: [String] = []
    private var warnings: [StoreWarning] = []
    private var hasWarnedOfLog = false
    /// Why the store did not take an event, once it has not.
    private var refusal = ""

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

    /// Keeps a step in memory until the next one is written, which spares a commit: what the process takes with it
    /// when it dies can be found out again.
    mutating func wait(with step: PushStep) {
        waiting.append((EventMetadata(system), step))
    }

    /// Records the steps of `builder`, at most `count` of them.
    ///
    /// - Parameter refused: why the store is not to be tried.
    mutating func perform(
        count: Int, refused: StoreError? = nil, _ builder: @escaping StepBuilder
    ) {
        let before = waiting
        waiting = []
        let metadata = before.map(\.metadata) + (0..<count).map { _ in EventMetadata(system) }
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
                spoolSteps(metadata, builder)
            }
        case .spool, .nowhere:
            spoolSteps(metadata, builder)
        }
    }

    /// What has become of the push so far; each warning is told once.
    mutating func receipt() -> PushReceipt {
        defer { warnings = [] }
        warnings += writer.takeWarnings()
        return PushReceipt(record: record, location: location, warnings: warnings)
    }

    mutating func close() {
        if !waiting.isEmpty { perform(count: 0) { _, _ in [] } }
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
        guard let warning = log.append(events), !hasWarnedOfLog else { return }
        hasWarnedOfLog = true
        warnings.append(warning)
    }

    /// The steps without the store: what the tag had before cannot be asked then.
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

    /// Puts what is unsaved into the file that took the last lines, else into the first that takes it.
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
                // Another file may take the lines, and what is wrong with the last one is told.
                continue
            }
        }
        let file = try SpoolFile.begin(id, unsaved, in: writer.paths, besides: spools)
        spools.append(file)
        return file
    }
}

extension PushRecord {
    /// Like ``apply(_:)``, but a beginning leaves the record as it was made for that beginning.
    fileprivate mutating func take(_ step: PushStep) {
        if case .started = step { return }
        apply(step)
    }

    /// One step in the stead of `steps`, for a store that has lost the push's beginning.
    fileprivate func catchingUp(_ steps: [PushStep]) -> PushStep {
        var whole = self
        for step in steps { whole.apply(step) }
        return .reconciled(whole)
    }
}
