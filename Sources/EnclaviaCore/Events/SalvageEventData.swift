/// How a salvaged history continues: the chain before, up to the last event that was kept, and what was lost after it.
///
/// The event is the first one of its chain, and the only one at which the source of a history's events may change.
package struct SalvageEventData: Hashable, Sendable, Codable, JSONDescribed {
    /// The id of the chain before; `nil` where it is unknown.
    @Nullable package private(set) var chain: String?
    /// The ids of other chains that the file had after it, none of whose events were kept.
    package let formerChains: [String]
    /// The sequence number of the last event that was kept, or 0; the salvaged event is the next.
    package let sequence: Int64
    /// The hash of that event, 64 hexadecimal digits; zeros if there is none.
    package let head: String
    /// The numbers of the events that could not be read, ascending, as closed ranges `[first, last]`.
    package let lost: [[Int64]]
    /// How many events could not be read.
    package let lostEvents: Int64
    /// Whether events after the last one that is known may have been lost too.
    package let isEndUnknown: Bool
    /// How many later events could be read, but no longer be proven.
    package let unprovenEvents: Int
    /// How many records are imported after this event.
    package let pushes: Int
    /// The pruned events up to ``sequence`` that no `pruned` event covers any more, as closed ranges.
    package let blanked: [[Int64]]

    package init(
        chain: String?, sequence: Int64, head: String, formerChains: [String] = [],
        lost: [[Int64]], lostEvents: Int64, isEndUnknown: Bool, unprovenEvents: Int, pushes: Int,
        blanked: [[Int64]]
    ) {
        self.chain = chain
        self.formerChains = formerChains
        self.sequence = sequence
        self.head = head
        self.lost = lost
        self.lostEvents = lostEvents
        self.isEndUnknown = isEndUnknown
        self.unprovenEvents = unprovenEvents
        self.pushes = pushes
        self.blanked = blanked
    }

    private enum CodingKeys: String, CodingKey {
        case chain, sequence, head, lost, pushes, blanked
        case formerChains = "former_chains"
        case lostEvents = "lost_events"
        case isEndUnknown = "end_unknown"
        case unprovenEvents = "unproven_events"
    }

    package static let jsonSchema = JSONSchema.object([
        .init("chain", .nullable(.text), "The id of the chain before; null if it is unknown."),
        .init(
            "former_chains", .array(of: .text),
            "The ids of later chains, none of whose events were kept."),
        .init("sequence", .count, "The number of the last event that was kept."),
        .init("head", .hash, "The hash of that event."),
        .init("lost", .array(of: .array(of: .integer(minimum: 1)))), .init("lost_events", .count),
        .init("end_unknown", .boolean, "Whether further events may have been lost."),
        .init(
            "unproven_events", .count, "Later events that could be read, but not be proven."),
        .init("pushes", .count, "Records that are imported after this event."),
        .init("blanked", .array(of: .array(of: .integer(minimum: 1)))),
    ])
}
