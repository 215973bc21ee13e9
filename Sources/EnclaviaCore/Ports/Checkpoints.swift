/// Makes checkpoints of the history, and keeps them in the state directory.
package protocol CheckpointJournal: Sendable {
    /// The checkpoint of the newest event, which follows the last one that was kept. It is not kept yet.
    ///
    /// - Throws: ``CheckpointError``; ``CheckpointError/contradicted(path:_:)`` where the history is not the one that
    ///   the last kept checkpoint was made of.
    func next(at moment: Timestamp) throws(CheckpointError) -> Checkpoint

    /// Keeps a checkpoint of ``next(at:)`` durably.
    ///
    /// - Returns: what is to be known of the file.
    /// - Throws: ``CheckpointError``; ``CheckpointError/overtaken`` where another one was kept since.
    func keep(_ checkpoint: Checkpoint) throws(CheckpointError) -> [StoreWarning]
}

/// Why no checkpoint was made.
package enum CheckpointError: Error, Hashable, Sendable {
    /// There is no history at `path` yet.
    case missing(path: String)
    /// The history has no event yet.
    case empty(path: String)
    /// The history at `path` does not match the last checkpoint that was kept of it.
    case contradicted(path: String, file: String, CheckpointDifference)
    /// A line of the kept checkpoints, which is named, was changed.
    case damaged(file: String)
    /// Another process kept a checkpoint meanwhile.
    case overtaken
    /// The history or the kept checkpoints cannot be read or written.
    case store(StoreError)
}

/// Signs the texts of checkpoints, and checks their signatures.
package protocol CheckpointSigner: Sendable {
    /// The signature over a text, as the file of a signature holds it.
    ///
    /// - Parameter key: the path of a private key, or of the public key of one that an agent or a hardware token has.
    /// - Throws: ``SignatureError``.
    func sign(_ text: String, with key: String) async throws(SignatureError) -> [UInt8]

    /// Checks the signature in the file at `signature` over `text`, as of now.
    ///
    /// - Parameters:
    ///   - allowedSigners: the path of a file in the format ALLOWED SIGNERS of ssh-keygen(1).
    ///   - identity: whose signature it must be.
    /// - Throws: ``SignatureError`` where it could not be checked.
    func check(
        _ text: [UInt8], signature: String, allowedSigners: String, identity: String
    ) async throws(SignatureError) -> SignatureResult
}

/// Why a text could not be signed, or its signature not be checked.
package enum SignatureError: Error, Hashable, Sendable {
    /// There is no ssh-keygen.
    case noProgram
    case unusableProgram(path: String, ProgramFault)
    /// ssh-keygen did not sign. `reason` is `nil` where it has told the user on the terminal.
    case refused(key: String, reason: String?)
    /// It could not be run to its end.
    case failed(reason: String)
}
