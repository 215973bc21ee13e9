/// An event in its JSON shape: CloudEvents 1.0, structured JSON mode, with the extension attributes
/// `sequence` and `prevhash` once it has a place in the chain.
///
/// Source: CloudEvents specification 1.0.2, JSON event format, section 3; sequence extension.
package struct CloudEvent: Hashable, Sendable {
    package var event: HistoryEvent
    /// The event's chain; `nil` for an event of older versions, which named the host instead, and where the chain
    /// is unknown.
    package var chain: ChainID?
    /// The place in the chain, from 1; `nil` for an event that is not in a store yet.
    package var sequence: Int64?
    /// The hash of the event before, 64 hexadecimal digits; 64 zeros for the first.
    package var previousHash: String?
    /// For an event that joined the chain late, from the spool: the sequence number of the newest event when it
    /// happened, or 0. `nil` for an event that joined at once, and in the spool where that number could not be
    /// read.
    package var follows: Int64?

    package init(
        _ event: HistoryEvent, of chain: ChainID? = nil, sequence: Int64? = nil,
        previousHash: String? = nil, follows: Int64? = nil
    ) {
        self.event = event
        self.chain = chain
        self.sequence = sequence
        self.previousHash = previousHash
        self.follows = follows
    }

    /// A sequence number as CloudEvents' sequence extension requires it: text that sorts as numbers do.
    package static func sequenceText(_ sequence: Int64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
    }
}

extension CloudEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case specversion, id, source, type, time, subject, datacontenttype, data
        case sequence, prevhash, spooled
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode("1.0", forKey: .specversion)
        try object.encode(event.id, forKey: .id)
        try object.encode(chain?.source ?? ChainID.unknownSource, forKey: .source)
        try object.encode(event.type, forKey: .type)
        try object.encode(event.time, forKey: .time)
        if case .push(let id, _) = event.subject { try object.encode(id, forKey: .subject) }
        try object.encode("application/json", forKey: .datacontenttype)
        try object.encodeIfPresent(sequence.map(Self.sequenceText), forKey: .sequence)
        try object.encodeIfPresent(previousHash, forKey: .prevhash)
        try object.encodeIfPresent(follows.map(Self.sequenceText), forKey: .spooled)
        try object.encode(event.data, forKey: .data)
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        let type = try object.decode(EventType.self, forKey: .type)
        let source = try object.decode(String.self, forKey: .source)
        chain =
            source.hasPrefix(ChainID.sourcePrefix)
            ? ChainID(source.dropFirst(ChainID.sourcePrefix.count)) : nil
        let (subject, reference) = try type.data.read(try object.superDecoder(forKey: .data))
        event = HistoryEvent(
            id: try object.decode(PushID.self, forKey: .id),
            time: try object.decode(Timestamp.self, forKey: .time), subject: subject,
            reference: reference)
        sequence = try object.decodeIfPresent(String.self, forKey: .sequence).map { text in
            try Self.place(text, atLeast: 1, forKey: .sequence, in: object)
        }
        previousHash = try object.decodeIfPresent(String.self, forKey: .prevhash)
        follows = try object.decodeIfPresent(String.self, forKey: .spooled).map { text in
            try Self.place(text, atLeast: 0, forKey: .spooled, in: object)
        }
    }

    /// Reads a text of ``sequenceText(_:)``.
    private static func place(
        _ text: String, atLeast least: Int64, forKey key: CodingKeys,
        in object: KeyedDecodingContainer<CodingKeys>
    ) throws -> Int64 {
        guard let number = Int64(text), number >= least, sequenceText(number) == text else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: object, debugDescription: "not a position: \(text)")
        }
        return number
    }
}

extension CloudEvent: JSONDescribed {
    /// CloudEvents 1.0 with the attributes `sequence` and `prevhash`; `data` by type. Events of older versions
    /// lack keys of `data`, and name their host as the source.
    package static let jsonSchema = JSONSchema.either(EventType.allCases.map(schema))

    private static func schema(of type: EventType) -> JSONSchema {
        let data = type.data
        let keys: [JSONSchema.Key] = [
            .init("specversion", .words(["1.0"])), .init("id", .pushID),
            .init(
                "source",
                .pattern(
                    "^urn:(uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                        + "|enclavia:host(:[\\s\\S]*)?)$"),
                "The chain of one history; in events of older versions, the host."),
            .init("type", .words([type.rawValue])),
            .init("time", .time), .init("datacontenttype", .words(["application/json"])),
            .init("data", data.schema),
        ]
        let subject = JSONSchema.Key("subject", .pushID, "The push.")
        return .object(
            data.isOfPush ? keys + [subject] : keys,
            optional: [
                .init(
                    "sequence", .pattern("^[0-9]{19}$"), "The position in the chain, starting at 1."
                ),
                .init("prevhash", .hash, "The hash of the previous event; zeros for the first."),
                .init(
                    "spooled", .pattern("^[0-9]{19}$"),
                    "Only if the event was added late: the position of the event that it followed."),
            ])
    }
}
