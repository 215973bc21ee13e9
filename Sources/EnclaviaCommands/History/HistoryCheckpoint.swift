import ArgumentParser
import EnclaviaCore
import EnclaviaSystem
import SystemPackage

struct HistoryCheckpoint: EnclaviaCommand {
    static let examples = [
        Example("enclavia history checkpoint", "print a checkpoint"),
        Example("enclavia history checkpoint --out monday --sign key", "sign it, too"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Make a checkpoint of the history, to be kept elsewhere.",
        discussion: examples.help(
            then: """
                A checkpoint is six lines that name the newest event and the hash of the chain at it. Keep \
                it where who can write to the history cannot: `enclavia history verify --checkpoint FILE` \
                then finds each change of the history up to that event. The signature is in FILE.sig.
                """))

    static let results = [
        PublishedSchema("checkpoint", "history checkpoint", .of(CheckpointJSON.self))
    ]

    @Option(
        help: ArgumentHelp(
            "Write the checkpoint to this new file instead of standard output.", valueName: "file"),
        completion: .value(.file))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Sign it with this SSH key; a public key selects one of an agent.", valueName: "key"),
        completion: .value(.file))
    var sign: String?

    @OptionGroup var global: GlobalOptions

    var paths: [String] { [out, sign].compactMap { $0 } }

    /// The file, as typed; `nil` for standard output.
    private var name: String? { out == "-" ? nil : out }

    func validate() throws {
        guard sign == nil || name != nil else {
            throw ValidationError("--sign needs --out FILE: the signature is written to FILE.sig")
        }
        guard out?.isEmpty != true else { throw ValidationError("--out is empty") }
    }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let files = try name.map { try CheckpointFiles($0, context) }
        if let sign { try checkKey(sign, context) }
        let journal = context.adapters.checkpoints()
        do {
            let checkpoint = try journal.next(at: context.now())
            let signature = try await signature(of: checkpoint, context)
            try Task.checkCancellation()
            let durability = try files?.write(checkpoint.text, signature: signature) {
                context.warn(try journal.keep(checkpoint))
            }
            if files == nil { context.warn(try journal.keep(checkpoint)) }
            if let name, case .unsynced(let reason) = durability {
                context.console.warn(ErrorMessages.unsynced(name, reason))
            }
            try show(checkpoint, files, context)
        } catch let error as CheckpointError {
            throw ErrorMessages.explain(error)
        }
        return .done
    }

    /// A missing key has an error of its own; that of ssh-keygen differs with its version.
    private func checkKey(_ key: String, _ context: CommandContext) throws {
        guard FilePath(native: context.path(key)).followedStatus == nil else { return }
        throw UserError(.fileNotFound, "there is no key \(key.printable)")
    }

    private func signature(
        of checkpoint: Checkpoint, _ context: CommandContext
    ) async throws -> [UInt8]? {
        guard let sign else { return nil }
        do throws(SignatureError) {
            return try await context.adapters.checkpointSigner().sign(
                checkpoint.text, with: context.path(sign))
        } catch {
            try Task.checkCancellation()
            throw ErrorMessages.explain(error)
        }
    }

    private func show(
        _ checkpoint: Checkpoint, _ files: CheckpointFiles?, _ context: CommandContext
    ) throws {
        try context.show(CheckpointJSON(checkpoint, files, isSigned: sign != nil)) { console in
            guard let files else {
                return try console.result(bytes: Array(checkpoint.text.utf8))
            }
            console.log(
                "checkpoint of event \(checkpoint.sequence) written to \(files.name.printable)"
                    + (sign == nil ? "" : ", and its signature to \(files.name.printable).sig"))
        }
    }
}

/// What `history checkpoint --json` shows, `schema_version` 1.
struct CheckpointJSON: JSONDescribed {
    private let schemaVersion = 1
    private let chain: String
    private let sequence: Int64
    private let head: String
    private let time: Timestamp
    @Nullable private var previous: String?
    private let text: String
    private let sha256: String
    @Nullable private var file: String?
    @Nullable private var signatureFile: String?

    private enum CodingKeys: String, CodingKey {
        case chain, sequence, head, time, previous, text, sha256, file
        case schemaVersion = "schema_version"
        case signatureFile = "signature_file"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("chain", .text, "The id of the history's chain."),
        Key("sequence", .count, "The number of the newest event."),
        Key("head", .hash, "The hash of the newest event."), Key("time", .time),
        Key(
            "previous", .nullable(.hash),
            "The SHA-256 of the text of the checkpoint before; null for the first."),
        Key("text", .text, "The checkpoint itself, six lines."),
        Key("sha256", .hash, "The SHA-256 of the text."),
        Key("file", .nullable(.text), "The file that it was written to."),
        Key("signature_file", .nullable(.text), "The file of its signature."),
    ])

    init(_ checkpoint: Checkpoint, _ files: CheckpointFiles?, isSigned: Bool) {
        chain = checkpoint.chain.text
        sequence = checkpoint.sequence
        head = checkpoint.head
        time = checkpoint.time
        previous = checkpoint.previous
        text = checkpoint.text
        sha256 = checkpoint.hash
        file = files?.paths.text.lossy
        signatureFile = isSigned ? files?.paths.signature.lossy : nil
    }
}
