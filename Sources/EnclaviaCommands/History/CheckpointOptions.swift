import ArgumentParser
import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The options of `history verify` for checkpoints.
struct CheckpointOptions: ParsableArguments {
    @Option(
        name: .customLong("checkpoint"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Checkpoints that the history must match; - for standard input.", valueName: "file"),
        completion: .value(.file))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "The public keys that may sign checkpoints, as for ssh-keygen.", valueName: "file"),
        completion: .value(.file))
    var allowedSigners: String?

    @Option(
        help: ArgumentHelp(
            "Who must have signed, by a name in that file.", valueName: "name"),
        completion: .value(.free))
    var identity: String?

    var paths: [String] { files + [allowedSigners].compactMap { $0 } }

    func validate() throws {
        guard (allowedSigners == nil) == (identity == nil) else {
            throw ValidationError(
                identity == nil
                    ? "--allowed-signers needs --identity NAME, whose signature is to be checked"
                    : "--identity needs --allowed-signers FILE, which has the keys of that name")
        }
        guard allowedSigners == nil || !files.isEmpty else {
            throw ValidationError("--allowed-signers needs --checkpoint FILE")
        }
        guard identity?.isEmpty != true else { throw ValidationError("--identity is empty") }
        guard files.filter({ $0 == "-" }).count <= 1 else {
            throw ValidationError("standard input holds one checkpoint only: give - once")
        }
        guard allowedSigners == nil || !files.contains("-") else {
            throw ValidationError(
                "standard input has no signature beside it: name the file, whose signature is in FILE.sig"
            )
        }
    }

    /// Reads the files, and checks their signatures if signers were given.
    ///
    /// - Throws: ``UserError``.
    func read(_ context: CommandContext) async throws -> [GivenCheckpoint] {
        if let allowedSigners { try Self.check(allowedSigners, context) }
        var given: [GivenCheckpoint] = []
        for file in files {
            let bytes = try InputFile.read(file, context, limit: Checkpoint.limit).bytes
            let content: Result<Checkpoint, CheckpointFault>
            do throws(CheckpointFault) {
                content = .success(try Checkpoint(bytes))
            } catch {
                content = .failure(error)
            }
            given.append(
                GivenCheckpoint(
                    file: file == "-" ? "standard input" : file, content: content,
                    signature: try await signature(of: bytes, file, context)))
        }
        return given
    }

    private func signature(
        of bytes: [UInt8], _ file: String, _ context: CommandContext
    ) async throws -> SignatureResult {
        guard let allowedSigners, let identity else { return .unchecked }
        let path = context.path(file + CheckpointFiles.signatureSuffix)
        guard FilePath(native: path).status != nil else {
            return .missing(path: file + CheckpointFiles.signatureSuffix)
        }
        try Self.check(file + CheckpointFiles.signatureSuffix, context)
        do throws(SignatureError) {
            return try await context.adapters.checkpointSigner().check(
                bytes, signature: path, allowedSigners: context.path(allowedSigners),
                identity: identity)
        } catch {
            try Task.checkCancellation()
            throw ErrorMessages.explain(error)
        }
    }

    /// Checks that ssh-keygen, which does not get this program's descriptors, can read a file.
    private static func check(_ file: String, _ context: CommandContext) throws {
        try InputFile.reading(file) {
            let path = FilePath(native: context.path(file))
            let opened = try FileDescriptor.open(
                path, .readOnly, options: [.closeOnExec, .nonBlocking])
            guard try opened.closeAfter({ try opened.stat().type }) == .regular else {
                throw UserError(
                    .fileUnreadable,
                    "\(file.printable) cannot be read by ssh-keygen: it is not a regular file")
            }
        }
    }
}

extension CommandContext {
    /// The absolute path of a file that the user named.
    func path(_ file: String) -> String {
        file.hasPrefix("/") ? file : "\(settings.workingDirectory)/\(file)"
    }
}
