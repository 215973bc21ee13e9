/// The `data` of the events of one type: its schema, and how it is read.
package struct EventData {
    /// Whether it has `push_id`, and the event a `subject`.
    package let isOfPush: Bool
    private let type: any JSONDescribed.Type
    /// Reads what the event is about, and the reference that it carries beside that.
    let read: (any Decoder) throws -> (HistoryEvent.Subject, ImageReference?)

    package var schema: JSONSchema { type.jsonSchema }

    /// The data of a push's step.
    static func push<Step: Decodable & JSONDescribed>(
        _ type: Step.Type, _ step: @escaping (Step) throws -> PushStep
    ) -> EventData {
        EventData(isOfPush: true, type: PushEventData<Step>.self) { decoder in
            let data = try PushEventData<Step>(from: decoder)
            return (.push(data.id, try step(data.step)), nil)
        }
    }

    /// The data of a push's step, with the push's reference beside it.
    static func referencedPush<Step: Codable & JSONDescribed>(
        _ type: Step.Type, _ step: @escaping (Step) throws -> PushStep
    ) -> EventData {
        typealias Data = PushEventData<ReferencedStep<Step>>
        return EventData(isOfPush: true, type: Data.self) { decoder in
            let data = try Data(from: decoder)
            return (.push(data.id, try step(data.step.step)), data.step.reference)
        }
    }

    /// The data of an event that is not about a push.
    static func other<Value: Decodable & JSONDescribed>(
        _ type: Value.Type, _ subject: @escaping (Value) -> HistoryEvent.Subject
    ) -> EventData {
        EventData(isOfPush: false, type: type) { (subject(try Value(from: $0)), nil) }
    }
}

/// The `data` of a push's event: `push_id`, and beside it what the step adds to the record, under the
/// record's own keys.
struct PushEventData<Step> {
    let id: PushID
    let step: Step

    init(_ id: PushID, _ step: Step) {
        self.id = id
        self.step = step
    }

    private enum CodingKeys: String, CodingKey {
        case id = "push_id"
    }
}

extension PushEventData: Encodable, JSONDescribed where Step: JSONDescribed {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(id, forKey: .id)
        try step.encode(to: encoder)
    }

    static var jsonSchema: JSONSchema {
        guard case .object(let keys, let optional) = Step.jsonSchema else { return Step.jsonSchema }
        return .object([.init("push_id", .pushID)] + keys, optional: optional)
    }
}

extension PushEventData: Decodable where Step: Decodable {
    init(from decoder: any Decoder) throws {
        id = try decoder.container(keyedBy: CodingKeys.self).decode(PushID.self, forKey: .id)
        step = try Step(from: decoder)
    }
}

/// A step of a push, and the reference of the push: `null` where it is not known, and missing in events of older
/// versions.
struct ReferencedStep<Step> {
    let step: Step
    let reference: ImageReference?

    init(_ step: Step, of reference: ImageReference?) {
        self.step = step
        self.reference = reference
    }

    private enum CodingKeys: String, CodingKey {
        case reference
    }
}

extension ReferencedStep: Codable, JSONDescribed where Step: Codable & JSONDescribed {
    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        reference = try object.decodeIfPresent(String.self, forKey: .reference).map { text in
            guard let reference = ImageReference(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .reference, in: object, debugDescription: "not a reference: \(text)")
            }
            return reference
        }
        step = try Step(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(reference?.description, forKey: .reference)
        try step.encode(to: encoder)
    }

    static var jsonSchema: JSONSchema {
        guard case .object(let keys, let optional) = Step.jsonSchema else { return Step.jsonSchema }
        return .object(
            keys,
            optional: optional + [
                .init(
                    "reference", .nullable(.text),
                    "The push's reference; null if it is unknown.")
            ])
    }
}

/// The account of a login or a logout.
package struct AccountEventData: Hashable, Sendable, Codable, JSONDescribed {
    package let backend: String
    @Nullable package private(set) var handle: String?
    /// The machine where it happened; `nil` where it has no name, and in events of older versions, which named it
    /// as their source.
    @Nullable package private(set) var host: String?

    package init(backend: String, handle: String?, host: String?) {
        self.backend = backend
        self.handle = handle
        self.host = host
    }

    private enum CodingKeys: String, CodingKey {
        case backend, handle, host
    }

    package static let jsonSchema = JSONSchema.object(
        [.init("backend", .text)],
        optional: [.init("handle", .nullable(.text)), .init("host", .nullable(.text))])
}

/// What a prune deleted: the events of `pushes` pushes that finished before `before`.
package struct PruneEventData: Hashable, Sendable, Codable, JSONDescribed {
    package let before: Timestamp
    /// The number of pushes whose events were blanked.
    package let pushes: Int
    /// The number of events that were blanked.
    package let events: Int
    /// The blanked events' sequence numbers, ascending, as closed ranges `[first, last]`.
    package let ranges: [[Int64]]
    /// The machine that pruned; `nil` where it has no name, and in events of older versions, which named it as
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
