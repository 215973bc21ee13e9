import EnclaviaCore
import GRDB

/// What a damaged store has beside the events that were kept: later events, whose place in the chain is no longer
/// proven, and rows of the tables that are newer than the events. They become imported records.
struct SalvagedRest {
    let scratch: SalvageScratch
    /// The new store, with the events that were kept.
    let db: Database
    let head: EventChain.Head
    let system: any SystemEnvironment
    /// The later events that could be read.
    private(set) var unproven = 0
    /// Pushes whose row said something else than their events.
    private(set) var changed = SalvagedPushes()
    /// Whether a row of the tables has what no event has.
    private(set) var hasNewerRow = false
    /// The ids that the later events give to the chain, in order.
    private(set) var chains: [String] = []
    /// Pushes that the backend was not notified of, and that no command resends by itself once they are imported.
    private(set) var pending = SalvagedPushes()

    /// How many ids of chains are kept.
    private static let mostChains = 100

    /// How many records are imported in one transaction.
    private static let batch = 500

    init(
        _ scratch: SalvageScratch, _ db: Database, after head: EventChain.Head,
        _ system: any SystemEnvironment
    ) {
        self.scratch = scratch
        self.db = db
        self.head = head
        self.system = system
    }

    /// Applies the later events to the records as of the last event that was kept. Of several with a number, the one
    /// that follows from the event before is taken.
    mutating func replay() throws {
        var hash = head.hash
        var group: [StoredEvent] = []
        try scratch.forEachEvent(from: head.sequence + 1) { event in
            if event.sequence != group.first?.sequence {
                try take(group, &hash)
                group = []
            }
            group.append(event)
            return true
        }
        try take(group, &hash)
    }

    private mutating func take(_ group: [StoredEvent], _ hash: inout [UInt8]) throws {
        let next = group.first { HashChain.link(hash, $0.dataHash) == $0.hash } ?? group.first
        guard let next else { return }
        hash = next.hash
        unproven += 1
        if let text = next.text { try apply(text) }
    }

    private mutating func apply(_ text: [UInt8]) throws {
        guard let read = try? JSONText.decode(CloudEvent.self, fromBytes: text) else { return }
        if let chain = read.chain?.text { add(chain: chain) }
        if case .salvaged(let mark) = read.event.subject {
            for chain in mark.formerChains + (mark.chain.map { [$0] } ?? []) { add(chain: chain) }
        }
        guard case .push(let id, let step) = read.event.subject else { return }
        try scratch.setLater(id, try newest(id).applying(step, of: id))
    }

    private mutating func add(chain: String) {
        if !chains.contains(chain), chains.count < Self.mostChains { chains.append(chain) }
    }

    /// The newest record so far.
    private func newest(_ id: PushID) throws -> PushRecord? {
        let later = try scratch.later(id)
        return later.isKnown ? later.record : try PushProjection.find(id, db)?.record
    }

    /// Takes the rows of `push_json` that are newer than the events.
    ///
    /// - Parameter isBroken: whether events are missing for certain. Otherwise a row must have its counterpart in
    ///   `push`: no hash covers it, and damage may have changed it.
    mutating func takeRows(isBroken: Bool) throws {
        let rows = try RawStatement(scratch.db, "SELECT id, json FROM record ORDER BY num")
        while try rows.step() {
            if Task.isCancelled { throw CancellationError() }
            guard let id = PushID(rows.text(0)) else { continue }
            let json = Array(rows.bytes(1))
            let kept = try PushProjection.find(id, db)
            if let kept, kept.text.utf8.elementsEqual(json) { continue }
            guard let record = Self.record(json), record.id == id else {
                if try newest(id) != nil { changed.add(id) }
                continue
            }
            let known = try newest(id)
            if let known, known.revision >= record.revision {
                if known == kept?.record, known != record { changed.add(id) }
                continue
            }
            let isConfirmed = try scratch.isWitnessed(id, revision: record.revision)
            guard isConfirmed || isBroken && Self.isImportable(json) else {
                if known == nil { try scratch.setLater(id, nil) } else { changed.add(id) }
                continue
            }
            hasNewerRow = true
            try scratch.setLater(id, record)
        }
    }

    /// The record of a row; `nil` if the text is not one.
    private static func record(_ json: [UInt8]) -> PushRecord? {
        guard RepeatedKey.first(in: json) == nil else { return nil }
        return try? JSONText.decode(PushJSON.self, fromBytes: json).record()
    }

    /// Whether each field of a record fits its grammar, which is stricter than what the history accepts of this
    /// machine.
    private static func isImportable(_ json: [UInt8]) -> Bool {
        (try? ImportLine.record(json, number: 0)) != nil
    }

    /// Drops what need not or cannot be imported.
    ///
    /// - Returns: how many records are left.
    func prepare() throws -> Int {
        let ids = try String.fetchAll(
            scratch.db, sql: "SELECT id FROM later WHERE json IS NOT NULL")
        var count = 0
        for id in ids.compactMap({ PushID($0) }) {
            guard let record = try scratch.later(id).record else { continue }
            if try !isReadable(record) || PushProjection.find(id, db)?.record == record {
                try scratch.setLater(id, nil)
            } else {
                count += 1
            }
        }
        return count
    }

    /// Whether a record that lacks some of its events is one still.
    private func isReadable(_ record: PushRecord) -> Bool {
        do {
            let text = try JSONText.encode(PushJSON(record))
            _ = try JSONText.decode(PushJSON.self, from: text).record()
            return true
        } catch {
            return false
        }
    }

    /// Appends the salvaged event, and the records after it.
    mutating func append(_ mark: SalvageEventData) throws {
        try db.inTransaction(.immediate) {
            var writer = try EventWriter(db, SecretScrubber())
            let metadata = EventMetadata(system)
            try writer.append(metadata.event(.salvaged(mark)))
            return .commit
        }
        let rows = try RawStatement(
            scratch.db, "SELECT id FROM later WHERE json IS NOT NULL ORDER BY num")
        var isMore = true
        while isMore {
            if Task.isCancelled { throw CancellationError() }
            try db.inTransaction(.immediate) {
                var writer = try EventWriter(db, SecretScrubber())
                for _ in 0..<Self.batch {
                    isMore = try rows.step()
                    guard isMore else { break }
                    if let id = PushID(rows.text(0)) { try append(id, &writer) }
                }
                return .commit
            }
        }
    }

    private mutating func append(_ id: PushID, _ writer: inout EventWriter) throws {
        guard var record = try scratch.later(id).record else { return }
        let old = try PushProjection.find(id, db)
        let first = (record.origin ?? old?.record.origin)?.importedAt
        // Its process cannot be found by this record, which would stay unresolved.
        if record.origin == nil, record.state == .running { record.state = .interrupted }
        if record.origin == nil, record.state.outcome == .succeeded,
            [.pending, .failed].contains(record.notify.outcome)
        {
            pending.add(id)
        }
        record.origin = Origin(importedAt: first ?? system.now(), host: record.context.host)
        let event = EventMetadata(system).event(id, .imported(record))
        try writer.append([event], to: id, replacing: old)
    }
}
