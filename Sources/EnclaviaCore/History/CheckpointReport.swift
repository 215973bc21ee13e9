/// What ``HistoryVerifier/verify(_:progress:)`` compares the history with, beyond itself.
package struct VerifyOptions: Hashable, Sendable {
    /// A hash that was noted outside the store, 64 hexadecimal digits; the chain must contain it.
    package var head: String?
    /// Checkpoints that were kept outside the store. If there are any, those in the state directory are compared, too.
    package var checkpoints: [GivenCheckpoint]

    package init(head: String? = nil, checkpoints: [GivenCheckpoint] = []) {
        self.head = head
        self.checkpoints = checkpoints
    }
}

/// A checkpoint that a user gives, and what is known of it without the history.
package struct GivenCheckpoint: Hashable, Sendable {
    /// The file, as typed.
    package let file: String
    package let content: Result<Checkpoint, CheckpointFault>
    package let signature: SignatureResult

    package init(
        file: String, content: Result<Checkpoint, CheckpointFault>,
        signature: SignatureResult = .unchecked
    ) {
        self.file = file
        self.content = content
        self.signature = signature
    }
}

/// What a check of a signature found.
package enum SignatureResult: Hashable, Sendable {
    /// No signers were given to check it against.
    case unchecked
    case valid(identity: String)
    /// The file of the signature does not exist.
    case missing(path: String)
    /// The signature is not one of the identity's over this text, now.
    case refused(reason: String)
}

/// The checkpoints that this program kept in the state directory.
package struct KeptCheckpoints: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        /// Its number, from 1.
        package let number: Int
        package let checkpoint: Checkpoint

        package init(number: Int, _ checkpoint: Checkpoint) {
            self.number = number
            self.checkpoint = checkpoint
        }
    }

    /// The file's path.
    package let path: String
    package var lines: [Line] = []
    /// The numbers of lines that hold no checkpoint, though they are complete.
    package var damaged: [Int] = []
    /// Whether the last line is incomplete, as after a power loss.
    package var isTorn = false

    package init(path: String) {
        self.path = path
    }

    package func contains(_ hash: String) -> Bool {
        lines.contains { $0.checkpoint.hash == hash }
    }
}

/// How a checkpoint differs from the history.
package enum CheckpointDifference: Hashable, Sendable {
    /// The file holds no checkpoint.
    case malformed(CheckpointFault)
    /// The checkpoint is of another chain. `found` is that of the history; `nil` where it has none.
    case otherChain(expected: String, found: String?)
    /// The history ends at event `newest`, before the checkpoint's; 0 where it has no event.
    case shorter(sequence: Int64, newest: Int64)
    /// The history has another hash at the checkpoint's event.
    case rewritten(sequence: Int64, expected: String, found: String)
    /// The checkpoint follows one of a later event, which is in `file`.
    case order(sequence: Int64, previous: Int64, file: String)
    case signatureMissing(path: String)
    case signatureRefused(reason: String)
    /// A line of the kept checkpoints was changed.
    case damagedLine
}

extension CheckpointDifference {
    /// The event whose hash differs or is missing; `nil` where the history was not compared.
    var sequence: Int64? {
        switch self {
        case .shorter(let sequence, _), .rewritten(let sequence, _, _), .order(let sequence, _, _):
            sequence
        case .malformed, .otherChain, .signatureMissing, .signatureRefused, .damagedLine: nil
        }
    }

    /// What differs, with the history's value and the checkpoint's.
    var field: DifferingField? {
        switch self {
        case .otherChain(let expected, let found):
            DifferingField("chain", found: found, expected: expected)
        case .rewritten(_, let expected, let found):
            DifferingField("head", found: found, expected: expected)
        case .shorter(let sequence, let newest):
            DifferingField("sequence", found: "\(newest)", expected: "\(sequence)")
        case .malformed, .order, .signatureMissing, .signatureRefused, .damagedLine: nil
        }
    }
}

/// The result of the comparison with one checkpoint that was given.
package struct CheckpointResult: Hashable, Sendable {
    package let given: GivenCheckpoint
    /// Whether the history has the checkpoint's event with its hash.
    package let isUnchanged: Bool
    /// Whether the state directory has the checkpoint, too; `nil` where it keeps none.
    package let isKept: Bool?
    /// Whether the checkpoint before it is among those that were given or kept, or there is none.
    package let isPreviousKnown: Bool

    /// The checkpoint; `nil` where the file holds none.
    package var checkpoint: Checkpoint? { try? given.content.get() }
}
