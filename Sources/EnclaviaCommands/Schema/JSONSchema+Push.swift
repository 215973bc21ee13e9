import EnclaviaCore

extension JSONSchema {
    static let pushResult = JSONSchema.object(
        PushJSON.schemaKeys + [
            Key("image", .nullable(.text), "The reference, as older command lines name it."),
            Key("triggered", .array(of: .text)),
            Key("staged", .array(of: .of(StagedUpgrade.self))),
            Key("rejected_non_upgradable", .array(of: .text)),
        ],
        optional: [
            Key("notify_failed", .truth(true), "There where the notification failed."),
            Key(
                "signing_failed", .truth(true),
                "There where DOCKER_CONTENT_TRUST asks for a signature, and Docker failed to sign."),
        ])

    static let preview = JSONSchema.object([
        version, Key("dry_run", .truth(true)), Key("reference", .text), Key("registry", .text),
        Key("owner", .text), Key("repository", .text), Key("tag", .text),
        Key("tag_policy", .cases(of: TagPolicy.self)),
        Key("action", .words(["pushed", "kept"]), "What the push would do."),
        Key(
            "tag_change", .nullable(.cases(of: TagChange.self)),
            "null where the registry could not be asked."),
        Key("previous_digest", .nullable(.digest), "What the tag holds."),
    ])
}
