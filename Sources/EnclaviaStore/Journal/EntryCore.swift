import EnclaviaCore
import GRDB

/// How the steps of one call follow from what the record is by then.
///
/// It is asked inside the transaction, with the database, or, for the spool, without one.
typealias StepPlan = @Sendable (_ record: PushRecord, _ db: Database?) throws -> [PushStep]

/// One push that is being recorded: in the store while it takes the events, else in the spool, to which
/// a push keeps once it has begun there, else in memory alone, until the spool takes all of it.
struct EntryCore: Sendable {
    let id: PushID
    let writer: StoreWriter
    let log: EventLog
    let surroundings: any Surroundings
    let lock: FileLock?
    private(set) var record: PushRecord
    private(set) var keeping = RecordKeeping.store
    private var spool: SpoolFile?
    /// Lines that neither store nor spool has taken.
    private var unsaved: [String] = []
    private var warnings: [StoreWarning] = []

    init(
        id: PushID, record: PushRecord, writer: StoreWriter, log: EventLog,
        surroundings: any Surroundings, lock: FileLock?
    ) {
        self.id = id
        self.record = record
        self.writer = writer
        self.log = log
        self.surroundings = surroundings
        self.lock = lock
    }

    mutating func add(_ more: [StoreWarning]) {
        warnings += more
    }

    /// Records the steps of `plan`, at most `count` of them.
    ///
    /// - Parameter refused: why the store is not to be tried.
    mutating func perform(
        count: Int, refused: StoreError? = nil, _ plan: StepPlan
    ) {
        let stamps = (0..<count).map { _ in EventStamp(surroundings, host: record.context.host) }
        switch keeping {
        case .store:
            do throws(StoreError) {
                if let refused { throw refused }
                try store(stamps, plan)
            } catch {
                spoolSteps(stamps, plan, reason: error.reason)
            }
        case .spool(_, let reason), .nowhere(let reason):
            spoolSteps(stamps, plan, reason: reason)
        }
    }

    /// What has become of the push so far; each warning is told once.
    mutating func receipt() -> PushReceipt {
        defer { warnings = [] }
        return PushReceipt(record: record, keeping: keeping, warnings: warnings)
    }

    func close() {
        spool?.close()
        lock?.release(removing: true)
    }
}

extension EntryCore {
    private mutating func store(_ stamps: [EventStamp], _ plan: StepPlan) throws(StoreError) {
        let (id, record) = (id, record)
        let (stored, lines) = try writer.write { writer -> PushRecord? in
            let found = try PushProjection.find(id, writer.db)
            var steps = try plan(found?.record ?? record, writer.db)
            if found == nil, steps.first?.isWhole == false { steps = [record.catchingUp(steps)] }
            let events = zip(stamps, steps).map { $0.event(id, $1) }
            return try writer.append(events, to: id, replacing: found)
        }
        if let stored { self.record = stored }
        if let warning = log.append(lines) { warnings.append(warning) }
    }

    /// The steps without the store: what the tag had before cannot be asked then.
    private mutating func spoolSteps(_ stamps: [EventStamp], _ plan: StepPlan, reason: String) {
        do {
            let lines = try zip(stamps, plan(record, nil)).map { stamp, step in
                record.take(step)
                return try JSONText.encode(CloudEvent(stamp.event(id, step)))
            }
            unsaved += lines
            if let warning = log.append(lines) { warnings.append(warning) }
            let file: SpoolFile
            if let spool { file = spool } else { file = try SpoolFile.open(id, in: writer.paths) }
            spool = file
            try file.append(unsaved)
            unsaved = []
            keeping = .spool(path: file.path.string, reason: reason)
        } catch {
            let cause = (error as? StoreError)?.reason ?? "\(error)"
            keeping = .nowhere(reason: "\(reason); \(cause)")
        }
    }
}

extension PushStep {
    /// Whether a record can begin with this step.
    var isWhole: Bool {
        switch self {
        case .started, .finished, .imported, .reconciled: true
        case .authenticated, .tagged, .pushed, .verified, .notified: false
        }
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
