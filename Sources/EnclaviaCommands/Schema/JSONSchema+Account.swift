import EnclaviaCore

extension JSONSchema {
    static let notifyResult = JSONSchema.object([
        Key("push_id", .pushID), Key("reference", .nullable(.text)),
        Key("outcome", .nullable(.cases(of: NotifyOutcome.self))), Key("attempts", .count),
        Key("matched", .nullable(.count)), Key("triggered", .array(of: .text)),
        Key("staged", .array(of: .of(StagedUpgrade.self))),
        Key("rejected_non_upgradable", .array(of: .text)), Key("message", .nullable(.text)),
    ])

    static let accountStatus = JSONSchema.object([
        Key("status", .words(["logged_in"])), Key("handle", .nullable(.text)),
        Key("backend", .text), Key("source", .words(["environment", "file"])),
        Key("rotates", .boolean, "Whether the token is exchanged for another at each refresh."),
        Key("expires_at", .nullable(.time)),
        Key("registry", .nullable(.text), "null where the backend was not asked."),
    ])

    static let logout = JSONSchema.object([
        Key("status", .words(["logged_out"])), Key("handle", .nullable(.text)),
        Key("backend", .nullable(.text)),
    ])

    static let enclave = JSONSchema.object([
        Key("id", .text), Key("name", .nullable(.text)), Key("docker_image", .nullable(.text)),
        Key("status", .text, "The backend's word."), Key("instance_type", .nullable(.text)),
        Key("created_at", .nullable(.time)), Key("archived", .boolean),
        Key("visibility", .nullable(.text)), Key("upgradable", .nullable(.boolean)),
        Key("container_port", .nullable(.count)), Key("storage_size_bytes", .nullable(.count)),
        Key("endpoint", .nullable(.text)), Key("pcrs", .nullable(.map(to: .text))),
        Key("error_message", .nullable(.text)),
    ])

    static let enclaveDeed = JSONSchema.object([
        Key("id", .text), Key("status", .cases(of: EnclaveDeed.self)),
    ])

    static let enclaveLogs = JSONSchema.object([
        Key("build_log", .nullable(.text)), Key("runtime_log", .nullable(.text)),
    ])

    static let doctor = JSONSchema.object([
        version,
        Key(
            "findings",
            .array(
                of: .object([
                    Key("check", .cases(of: Finding.Check.self)),
                    Key("level", .cases(of: Finding.Level.self)), Key("message", .text),
                    Key("mend", .nullable(.text)),
                ]))),
    ])

    static let failure = JSONSchema.object([
        Key("error", .text, "The sentence that a person would have read."),
        Key("kind", .cases(of: ErrorKind.self)), Key("exit_code", .integer(minimum: 1)),
        Key("stage", .nullable(.cases(of: PushStage.self))), Key("push_id", .nullable(.pushID)),
        Key("hint", .nullable(.text)),
        Key("retryable", .boolean, "Whether the same command may succeed at another time."),
    ])
}
