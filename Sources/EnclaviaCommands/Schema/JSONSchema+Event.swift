import EnclaviaCore

extension JSONSchema {
    /// CloudEvents 1.0 with the attributes `sequence` and `prevhash`; `data` by type.
    static let event = JSONSchema.either(EventType.allCases.map(event))

    private static func event(_ type: EventType) -> JSONSchema {
        let keys = [
            Key("specversion", .words(["1.0"])), Key("id", .pushID),
            Key("source", .pattern("^urn:enclavia:host(:.+)?$")),
            Key("type", .words([type.rawValue])),
            Key("time", .time), Key("datacontenttype", .words(["application/json"])),
            Key("data", data(of: type)),
        ]
        let place = [
            Key("sequence", .pattern("^[0-9]{19}$"), "The place in the chain, from 1."),
            Key("prevhash", .hash, "The hash of the event before; zeros for the first."),
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
                    Key("labels", .map(to: .text)), Key("message", .nullable(.text)),
                    Key("started_at", .time),
                    Key("host", .nullable(.text)), Key("user", .nullable(.text)),
                    Key("cli_version", .text),
                ])
        case .pushAuthenticated:
            return .object(
                id + [
                    Key("reference", .text),
                    Key(
                        "local_image", .nullable(.digest),
                        "Of a push that keeps what the tag holds: its digest."),
                    Key("local_image_id", .nullable(.text)),
                    Key("image_revision", .nullable(.text)), Key("image_source", .nullable(.text)),
                    Key("engine", .object([Key("name", .text), Key("version", .text)])),
                    Key("context", .context),
                ])
        case .pushTagged:
            return .object(
                id + [
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
                    Key("tag_change_source", .nullable(.cases(of: TagChangeSource.self))),
                    Key("previous_digest", .nullable(.digest)),
                    Key("size_bytes", .nullable(.count)), Key("pushed_at", .time),
                ])
        case .pushVerified:
            return .object(
                id + [
                    Key("digest_verified", .truth(true)), Key("media_type", .nullable(.text)),
                    Key("size_bytes", .nullable(.count)),
                ])
        case .pushNotified:
            return .object(id + [Key("notify", .notify)])
        case .pushFinished, .pushImported, .historyReconciled:
            return .object(id + [Key("push", .push)])
        case .historyPruned:
            return .object([
                Key("before", .time), Key("pushes", .count), Key("events", .count),
                Key("ranges", .array(of: .array(of: .integer(minimum: 1)))),
            ])
        case .authLogin, .authLogout:
            return .object([Key("backend", .text)], optional: [Key("handle", .nullable(.text))])
        }
    }
}
