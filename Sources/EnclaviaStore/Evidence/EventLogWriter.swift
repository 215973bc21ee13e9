import EnclaviaCore
import EnclaviaSystem
import Synchronization

/// Appends events to the event log, so that it has every event of the store once its command has ended.
///
/// Events are appended in the order of the chain. Before its own events, a command appends those that other
/// commands have committed but not appended yet, because they were killed or are slower. Lines that a power loss
/// damaged are cut off and appended again. So a shipper sees each event at least once.
///
/// ``LoggedThrough`` in `meta` holds the event up to which the log is complete and durable; the log is read from
/// there on.
final class EventLogWriter: Sendable {
    let log: EventLog
    private let store: StoreWriter
    private let state = Mutex(State())

    private struct State {
        /// The file that was appended to last, and up to where it was read.
        var identity: FileIdentity?
        var offset: Int64 = 0
        /// The event up to which the log is complete; `nil` before the first append.
        var through: Int64?
        /// Whether something was appended that is not durable yet.
        var isDirty = false
        /// Whether the file may be so new that its name is not durable yet.
        var isNew = false
        /// The first event of this command.
        var first: Int64?
    }

    init(_ log: EventLog, _ store: StoreWriter) {
        self.log = log
        self.store = store
    }

    /// Appends events that were committed to the store.
    ///
    /// - Returns: what went wrong; the next command that can append adds the missing lines.
    func append(_ events: StoredEvents) -> StoreWarning? {
        guard !events.texts.isEmpty else { return nil }
        return state.withLock { state in
            state.first = state.first ?? events.first
            guard let path = log.path else {
                state.through = events.last
                return nil
            }
            do throws(StoreError) {
                let file = try EventLogFile.open(log)
                do throws(StoreError) {
                    try append(events, to: file, &state)
                } catch {
                    state.identity = nil
                    try? file.close()
                    throw error
                }
                try file.close()
                return nil
            } catch {
                return .eventLog(path: path, error)
            }
        }
    }

    /// Appends spooled events, which have no sequence number yet.
    ///
    /// Ignores errors: the log gets these events when recovery adds them to the store.
    func append(spooled lines: [String]) {
        guard log.path != nil else { return }
        state.withLock { state in
            guard let file = try? EventLogFile.open(log) else { return }
            try? file.append(lines)
            try? file.close()
            state.isDirty = true
        }
    }

    private func append(
        _ events: StoredEvents, to file: EventLogFile, _ state: inout State
    ) throws(StoreError) {
        guard file.isRegular else {
            try file.append(events.texts)
            state.through = events.last
            return
        }
        if state.identity != file.identity || state.offset > file.size {
            let marked =
                if let through = state.through { through as Int64? } else {
                    try store.loggedThrough()
                }
            let place = try EventLogPlace.find(in: file, marked: marked, chain: events.chain)
            state.identity = file.identity
            state.isNew = state.isNew || file.size == 0
            state.offset = place.offset
            state.through = place.through ?? events.first - 1
        }
        var through = state.through ?? events.first - 1
        let isShared = if case .own = log { false } else { true }
        let scan = EventLogScan(
            try file.read(state.offset..<file.size), chain: events.chain, isShared: isShared)
        // A rotated log begins where the one before it ended: the command that began it had appended all earlier
        // events.
        if state.offset == 0, scan.damage == nil, let first = scan.found.keys.min() {
            through = max(through, min(first, events.first) - 1)
        }
        if let damage = scan.damage {
            try file.cut(to: state.offset + Int64(damage))
            try file.append(bytes: scan.others)
        }
        if scan.isUnended { try file.append(bytes: [UInt8(ascii: "\n")]) }
        state.isDirty = true
        let missing = through < events.first - 1 ? through + 1...events.first - 1 : nil
        if let missing {
            try store.forEachText(of: missing) { sequence, text throws(StoreError) in
                if !scan.holds(sequence, text) { try file.append(CollectionOfOne(text)) }
            }
        }
        // Another command may already have appended these events as missing, and recorded that.
        let own = zip(events.first..., events.texts).filter { $0 > through && !scan.holds($0, $1) }
        try file.append(own.map(\.1))
        state.through = try newest(after: max(through, events.last), in: scan)
        state.offset = try file.currentSize()
    }

    /// The event up to which the log is complete, if other commands have already appended events after `last`.
    private func newest(after last: Int64, in scan: EventLogScan) throws(StoreError) -> Int64 {
        guard let greatest = scan.found.keys.max(), greatest > last else { return last }
        var newest = last
        try store.forEachText(of: last + 1...greatest) { sequence, text throws(StoreError) in
            if sequence == newest + 1, scan.holds(sequence, text) { newest = sequence }
        }
        return newest
    }

    /// Makes the appended lines durable, and records the event up to which the log is complete. Called once a
    /// command, at its end.
    func finish() -> StoreWarning? {
        state.withLock { state in
            guard let through = state.through else { return nil }
            do throws(StoreError) {
                if state.isDirty, log.path != nil {
                    try sync(withName: state.isNew)
                    state.isDirty = false
                    state.isNew = false
                }
                try note(through, of: state.first ?? through)
                return nil
            } catch {
                // The connection may have stopped halfway through recording it.
                store.close()
                return log.path.map { .eventLog(path: $0, error) }
            }
        }
    }

    private func sync(withName: Bool) throws(StoreError) {
        let file = try EventLogFile.open(log)
        do throws(StoreError) {
            try file.sync()
            if withName { try PrivateFileIO.sync(directory: file.path.removingLastComponent()) }
        } catch {
            try? file.close()
            throw error
        }
        try file.close()
    }

    /// Records the event up to which the log is complete. If the log is off, this command's events count as
    /// appended, unless events of another command before them are still to be appended.
    private func note(_ through: Int64, of first: Int64) throws(StoreError) {
        let marked = log.path == nil ? try store.loggedThrough() : nil
        guard marked == nil || marked == first - 1 else { return }
        try store.markLogged(through: through)
    }
}

/// Committed events with consecutive sequence numbers.
struct StoredEvents: Sendable {
    let chain: ChainID
    let texts: [String]
    /// The sequence number of the last event.
    let last: Int64
    /// The hash of the last event.
    let head: [UInt8]

    /// The sequence number of the first event.
    var first: Int64 { last - Int64(texts.count) + 1 }
}

extension EventLogScan {
    /// Whether the log has that event with the same text. A store that was restored from a copy gives the numbers
    /// of the events that it lost to other events.
    fileprivate func holds(_ sequence: Int64, _ text: String) -> Bool {
        found[sequence].map { $0.elementsEqual(text.utf8) } ?? false
    }
}
