import EnclaviaCore

extension JSONSchema {
    static let stats = JSONSchema.object([
        version,
        Key(
            "days",
            .array(
                of: .object(
                    [
                        Key("day", .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), "A local day."),
                        Key("owner", .nullable(.text)), Key("repository", .nullable(.text)),
                    ] + counts))),
        Key("total", .object(counts)),
    ])

    private static let counts: [Key] = [
        Key("pushes", .count),
        Key("outcomes", .object(PushOutcome.allCases.map { Key($0.rawValue, .count) })),
        Key("notifications", .object(NotifyOutcome.allCases.map { Key($0.rawValue, .count) })),
        Key(
            "success_rate", .nullable(.number),
            "Of the pushes that ended, the part that succeeded, 0 to 1."),
        Key(
            "notify_rate", .nullable(.number),
            "Of the pushes to be notified of, the part that the backend heard of, 0 to 1."),
    ]

    static let importSummary = JSONSchema.object([
        version,
        Key("read", .count, "Records in the file."),
        Key("imported", .count, "Records that were not known."),
        Key("updated", .count, "Records that took the place of an older revision."),
        Key("unchanged", .count, "Records that were known, as new or newer."),
        Key("own", .count, "Records of this machine's own pushes, which are never changed."),
    ])

    static let verifyReport = JSONSchema.object([
        version,
        Key("intact", .nullable(.boolean), "null where the tables could not be compared."),
        Key("path", .text), Key("events", .count),
        Key("pruned", .count, "Events whose text was pruned."), Key("pushes", .count),
        Key("head", .nullable(.hash), "The hash of the newest event."),
        Key("noted_sequence", .nullable(.count), "The event that has the hash of --head."),
        Key(
            "tables_compared", .boolean,
            "Whether the tables were compared too; not in a store of a newer version."),
        Key("tables_left_out", .array(of: .text), "What verify answers for never."),
        Key(
            "difference",
            .nullable(
                .object([
                    Key("kind", .words(VerifyDifference.kinds)), Key("sequence", .nullable(.count)),
                    Key("table", .nullable(.text)), Key("key", .nullable(.text)),
                    Key("column", .nullable(.text)), Key("message", .text),
                ])), "The first; null where there is none."),
    ])

    static let pruneSummary = JSONSchema.object([
        version, Key("dry_run", .boolean), Key("before", .time), Key("pushes", .count),
        Key("events", .count),
    ])

    static let reconcileReport = JSONSchema.object([
        version, Key("taken_in", .array(of: .pushID), "Pushes that lay in the spool."),
        Key(
            "pushes",
            .array(
                of: .object([
                    Key("push_id", .pushID), Key("reference", .nullable(.text)),
                    Key("outcome", .cases(of: PushOutcome.self)), Key("digest", .nullable(.digest)),
                    Key("verdict", .cases(of: SettledPush.Verdict.self)), Key("message", .text),
                ]))),
    ])

    static let status = JSONSchema.object([
        version,
        Key(
            "account",
            .nullable(
                .object([
                    Key("handle", .nullable(.text)), Key("backend", .text),
                    Key("source", .words(["environment", "file"])),
                    Key("expires_at", .nullable(.time)),
                ]))),
        Key(
            "registry",
            .object([Key("url", .nullable(.text)), Key("reachable", .nullable(.boolean))])),
        Key(
            "store",
            .object([
                Key("path", .text), Key("pushes", .count), Key("events", .count),
                Key("head", .nullable(.hash)), Key("writable", .boolean), Key("spooled", .count),
            ])),
        Key(
            "attention",
            .array(
                of: .object([
                    Key("kind", .cases(of: AttentionItem.Kind.self)),
                    Key("push_id", .nullable(.pushID)), Key("reference", .nullable(.text)),
                    Key("message", .nullable(.text)),
                ]))),
        Key(
            "references",
            .array(
                of: .object([
                    Key("reference", .text), Key("digest", .nullable(.digest)),
                    Key("pushed_at", .nullable(.time)), Key("push_id", .pushID),
                    Key("outcome", .cases(of: PushOutcome.self)),
                    Key("notify_outcome", .nullable(.cases(of: NotifyOutcome.self))),
                    Key("remote_digest", .nullable(.digest)),
                ]))),
    ])
}
