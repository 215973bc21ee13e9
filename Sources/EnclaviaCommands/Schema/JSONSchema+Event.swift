import EnclaviaCore

extension JSONSchema {
    /// CloudEvents 1.0 with the attributes `sequence` and `prevhash`; `data` by type. Events of older versions
    /// lack keys of `data`, and name their host as the source.
    static let event = JSONSchema.either(EventType.allCases.map(event))

    private static func event(_ type: EventType) -> JSONSchema {
        let keys = [
            Key("specversion", .words(["1.0"])), Key("id", .pushID),
            Key(
                "source",
                .pattern(
                    "^urn:(uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                        + "|enclavia:host(:[\\s\\S]*)?)$"),
                "The chain of one history; in events of older versions, the host."),
            Key("type", .words([type.rawValue])),
            Key("time", .time), Key("datacontenttype", .words(["application/json"])),
            Key("data", data(of: type)),
        ]
        let place = [
            Key("sequence", .pattern("^[0-9]{19}$"), "The place in the chain, from 1."),
            Key("prevhash", .hash, "The hash of the event before; zeros for the first."),
            Key(
                "spooled", .pattern("^[0-9]{19}$"),
                "There where the event came late: the place of the one that it followed."),
        ]
        let subject = [Key("subject", .pushID, "The push.")]
        switch type {
        case .historyPruned, .authLogin, .authLogout: return .object(keys, optional: place)
        default: return .object(keys + subject, optional: place)
        }
    }

    private static func data(of type: EventType) -> JSONSchema {
        let id = [Key("push_id", .pushID)]
        switch type {
        case .pushStarted:
            return .object(
                id + [
                    Key("destination", .text), Key("backend", .text), Key("local_image", .text),
                    Key("labels", .map(to: .text)), Key("started_at", .time),
                    Key("host", .nullable(.text)), Key("user", .nullable(.text)),
                    Key("cli_version", .text),
                ], optional: [Key("message", .nullable(.text))])
        case .pushAuthenticated:
            return .object(
                id + [
                    Key("reference", .text), Key("local_image_id", .nullable(.text)),
                    Key("image_revision", .nullable(.text)), Key("image_source", .nullable(.text)),
                    Key("engine", .object([Key("name", .text), Key("version", .text)])),
                    Key("context", PushJSON.schema(of: "context")),
                ],
                optional: [
                    Key(
                        "local_image", .nullable(.digest),
                        "Of a push that keeps what the tag holds: its digest.")
                ])
        case .pushTagged:
            return .object(
                id,
                optional: [
                    Key("tag_change_source", .nullable(.cases(of: TagChangeSource.self))),
                    Key(
                        "previous_digest", .nullable(.digest),
                        "What the tag held in the registry, where that was asked."),
                ])
        case .pushPushed:
            return .object(
                id + [
                    Key("digest", .digest), Key("media_type", .nullable(.text)),
                    Key("digest_verified", .boolean),
                    Key("tag_change", .nullable(.cases(of: TagChange.self))),
                    Key("previous_digest", .nullable(.digest)),
                    Key("size_bytes", .nullable(.count)), Key("pushed_at", .time),
                ],
                optional: [
                    Key("tag_change_source", .nullable(.cases(of: TagChangeSource.self)))
                ])
        case .pushVerified:
            return .object(
                id + [
                    Key("digest_verified", .truth(true)), Key("media_type", .nullable(.text)),
                    Key("size_bytes", .nullable(.count)),
                ])
        case .pushNotified:
            return .object(id + [Key("notify", PushJSON.schema(of: "notify"))])
        case .pushFinished, .pushImported, .historyReconciled:
            return .object(id + [Key("push", PushJSON.schemaOfAnyVersion)])
        case .historyPruned:
            return .object(
                [
                    Key("before", .time), Key("pushes", .count), Key("events", .count),
                    Key("ranges", .array(of: .array(of: .integer(minimum: 1)))),
                ], optional: [Key("host", .nullable(.text))])
        case .authLogin, .authLogout:
            return .object(
                [Key("backend", .text)],
                optional: [Key("handle", .nullable(.text)), Key("host", .nullable(.text))])
        }
    }
}
