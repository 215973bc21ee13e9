import EnclaviaCore

/// What any command shows with `--json` where it failed.
struct ErrorJSON: JSONDescribed {
    private let error: String
    private let kind: ErrorKind
    private let exitCode: Int32
    @Nullable private var stage: PushStage?
    @Nullable private var pushID: PushID?
    @Nullable private var hint: String?
    private let retryable: Bool

    private enum CodingKeys: String, CodingKey {
        case error, kind, stage, hint, retryable
        case exitCode = "exit_code"
        case pushID = "push_id"
    }

    static let jsonSchema = JSONSchema.object([
        Key("error", .text, "The error message."),
        Key("kind", .cases(of: ErrorKind.self)), Key("exit_code", .integer(minimum: 1)),
        Key("stage", .nullable(.cases(of: PushStage.self))), Key("push_id", .nullable(.pushID)),
        Key("hint", .nullable(.text)),
        Key("retryable", .boolean, "Whether the same command may succeed if run again later."),
    ])

    init(_ userError: UserError) {
        error = userError.message
        kind = userError.kind
        exitCode = userError.exitStatus.rawValue
        stage = userError.stage
        pushID = userError.pushID
        hint = userError.hint
        retryable = userError.isRetryable
    }
}
