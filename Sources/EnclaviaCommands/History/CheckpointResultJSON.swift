import EnclaviaCore

/// What `history verify --json` shows of a checkpoint that was given.
struct CheckpointResultJSON: JSONDescribed {
    private let file: String
    @Nullable private var chain: String?
    @Nullable private var sequence: Int64?
    @Nullable private var head: String?
    @Nullable private var time: Timestamp?
    @Nullable private var previous: String?
    private let isUnchanged: Bool
    private let signature: Signature
    @Nullable private var signedBy: String?
    @Nullable private var isKept: Bool?

    private enum CodingKeys: String, CodingKey {
        case file, chain, sequence, head, time, previous, signature
        case isUnchanged = "unchanged"
        case signedBy = "signed_by"
        case isKept = "kept"
    }

    private enum Signature: String, Encodable, CaseIterable {
        case unchecked, valid, missing, refused
    }

    static let jsonSchema = JSONSchema.object([
        Key("file", .text),
        Key(
            "chain", .nullable(.text), "Null if the file holds no checkpoint, as are the next four."
        ),
        Key("sequence", .nullable(.count)), Key("head", .nullable(.hash)),
        Key("time", .nullable(.time)),
        Key("previous", .nullable(.hash), "Also null for the first checkpoint."),
        Key(
            "unchanged", .boolean,
            "Whether the history has the checkpoint's event with its hash."),
        Key("signature", .cases(of: Signature.self)),
        Key("signed_by", .nullable(.text), "The identity, if the signature is valid."),
        Key(
            "kept", .nullable(.boolean),
            "Whether checkpoints.jsonl has the checkpoint; null if there is no such file."),
    ])

    init(_ result: CheckpointResult) {
        file = result.given.file.lossy
        chain = result.checkpoint?.chain.text
        sequence = result.checkpoint?.sequence
        head = result.checkpoint?.head
        time = result.checkpoint?.time
        previous = result.checkpoint?.previous
        isUnchanged = result.isUnchanged
        isKept = result.isKept
        switch result.given.signature {
        case .unchecked: signature = .unchecked
        case .valid(let identity):
            signature = .valid
            signedBy = identity
        case .missing: signature = .missing
        case .refused: signature = .refused
        }
    }
}

extension VerifyDifference {
    /// The file of the checkpoint that differs.
    var file: String? {
        if case .checkpoint(let file, _) = self { file.lossy } else { nil }
    }
}
