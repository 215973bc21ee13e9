import EnclaviaCore

extension JSONSchema {
    static let push = JSONSchema.object(pushKeys)

    /// A record in a stored event, which is never rewritten: older versions lack the newer keys.
    static let pushOfAnyVersion = JSONSchema.object(
        pushKeys.filter { !newerPushKeys.contains($0.name) },
        optional: pushKeys.filter { newerPushKeys.contains($0.name) })

    private static let newerPushKeys = ["tag_change_source", "message"]

    static let pushResult = JSONSchema.object(
        pushKeys + [
            Key("image", .nullable(.text), "The reference, as older command lines name it."),
            Key("triggered", .array(of: .text)),
            Key("staged", .array(of: .stagedUpgrade)),
            Key("rejected_non_upgradable", .array(of: .text)),
        ],
        optional: [
            Key("notify_failed", .truth(true), "There where the notification failed."),
            Key(
                "signing_failed", .truth(true),
                "There where DOCKER_CONTENT_TRUST asks for a signature, and Docker failed to sign."),
        ])

    private static let pushKeys: [Key] = [
        version,
        Key("id", .pushID),
        Key(
            "revision", .integer(minimum: 1),
            "The number of events that this record is made of; a higher one is newer."),
        Key("origin", .nullable(.origin), "Where an imported record came from."),
        Key("destination", .text, "As typed."),
        Key("backend", .text),
        Key("reference", .nullable(.text), "null until the registry is known."),
        Key("registry", .nullable(.text)), Key("owner", .nullable(.text)),
        Key("repository", .nullable(.text)), Key("tag", .nullable(.text)),
        Key("local_image", .text), Key("local_image_id", .nullable(.text)),
        Key("image_revision", .nullable(.text), "The image's own revision label."),
        Key("image_source", .nullable(.text), "The image's own source label."),
        Key("digest", .nullable(.digest), "As the registry recorded it."),
        Key("media_type", .nullable(.text)),
        Key("digest_verified", .boolean, "Whether the registry answered for that digest."),
        Key(
            "tag_change", .nullable(.cases(of: TagChange.self)),
            "Against what the tag held just before the push."),
        Key(
            "tag_change_source", .nullable(.cases(of: TagChangeSource.self)),
            "Who told that: the registry, or this machine's history where it could not be asked."),
        Key("previous_digest", .nullable(.digest), "What the tag held before the push."),
        Key("message", .nullable(.text), "The reason given with --message."),
        Key("size_bytes", .nullable(.count), "The sum of the manifest's layers."),
        Key("started_at", .time),
        Key("pushed_at", .nullable(.time), "When the digest was recorded."),
        Key("finished_at", .nullable(.time)),
        Key("outcome", .cases(of: PushOutcome.self)),
        Key("failure", .nullable(.pushFailure)),
        Key("notify", .notify),
        Key("labels", .map(to: .text)),
        Key("context", .context),
        Key("engine", .engine),
        Key("cli_version", .text),
    ]

    private static let origin = JSONSchema.object([
        Key("imported_at", .time), Key("host", .nullable(.text)),
    ])

    private static let pushFailure = JSONSchema.object([
        Key("stage", .cases(of: PushStage.self)), Key("kind", .text), Key("message", .text),
    ])

    static let notify = JSONSchema.object([
        Key("outcome", .nullable(.cases(of: NotifyOutcome.self))), Key("at", .nullable(.time)),
        Key("attempts", .count),
        Key("matched", .nullable(.count), "null until the backend has answered."),
        Key("triggered", .array(of: .text)), Key("staged", .array(of: .stagedUpgrade)),
        Key("rejected_non_upgradable", .array(of: .text)), Key("message", .nullable(.text)),
    ])

    static let stagedUpgrade = JSONSchema.object([
        Key("enclave_id", .text), Key("upgrade_id", .text), Key("image", .text),
    ])

    static let context = JSONSchema.object([
        Key("host", .nullable(.text)), Key("user", .nullable(.text)),
        Key("git_commit", .nullable(.text)), Key("git_branch", .nullable(.text)),
        Key("git_dirty", .nullable(.boolean)), Key("ci_provider", .nullable(.text)),
        Key("ci_run_url", .nullable(.text)), Key("ci_actor", .nullable(.text)),
    ])

    private static let engine = JSONSchema.object([
        Key("name", .nullable(.text)), Key("version", .nullable(.text)),
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
