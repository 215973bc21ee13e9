/// What a prune took away: the events of `pushes` pushes that finished before `before`.
package struct PruneMark: Hashable, Sendable, Codable, JSONDescribed {
    package let before: Timestamp
    /// The number of pushes whose events were blanked.
    package let pushes: Int
    /// The number of events that were blanked.
    package let events: Int
    /// The blanked events' sequence numbers, ascending, as closed ranges `[first, last]`.
    package let ranges: [[Int64]]
    /// The machine that pruned; `nil` where it has no name, and in events of the versions that named it as
    /// their source.
    @Nullable package private(set) var host: String?

    package init(
        before: Timestamp, pushes: Int, events: Int, ranges: [[Int64]], host: String?
    ) {
        self.before = before
        self.pushes = pushes
        self.events = events
        self.ranges = ranges
        self.host = host
    }

    private enum CodingKeys: String, CodingKey {
        case before, pushes, events, ranges, host
    }

    package static let jsonSchema = JSONSchema.object(
        [
            .init("before", .time), .init("pushes", .count), .init("events", .count),
            .init("ranges", .array(of: .array(of: .integer(minimum: 1)))),
        ], optional: [.init("host", .nullable(.text))])
}
