import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// The files of a new checkpoint: its text, and its signature beside it.
struct CheckpointFiles {
    /// What ssh-keygen appends to the name of a signed file.
    static let signatureSuffix = ".sig"

    /// As typed.
    let name: String
    private let path: FilePath
    private let signature: FilePath

    /// Checks, before a checkpoint is made, that both files can be made.
    ///
    /// - Throws: ``UserError``.
    init(_ name: String, _ context: CommandContext) throws {
        self.name = name
        path = FilePath(native: context.path(name))
        signature = FilePath(native: context.path(name) + Self.signatureSuffix)
        for (path, name) in [(path, name), (signature, name + Self.signatureSuffix)]
        where path.status != nil {
            throw Self.exists(name)
        }
        try context.protectOwnFiles(from: NamedFile(path), name.printable)
        do {
            try OutputFile(path, permissions: .ownerReadWrite).check()
        } catch let error as Errno {
            throw failure(.usage, error)
        }
    }

    /// The paths, for output.
    var paths: (text: String, signature: String) { (path.native, signature.native) }

    /// Writes the files under temporary names, calls `keep`, and gives them their names: that of the text comes last,
    /// so that a text without a signature was not signed.
    ///
    /// - Throws: ``UserError``, and what `keep` throws; there is neither file then.
    func write(
        _ text: String, signature bytes: [UInt8]?, keep: () throws -> Void
    ) throws -> FileReplacement.Durability {
        var drafts: [NewFile] = []
        var committed: [FilePath] = []
        do {
            if let bytes { drafts.append(try NewFile(signature, holding: bytes)) }
            drafts.append(try NewFile(path, holding: Array(text.utf8)))
            try keep()
            var durability = FileReplacement.Durability.durable
            for (draft, target) in zip(drafts, bytes == nil ? [path] : [signature, path]) {
                let result = try draft.commit()
                committed.append(target)
                if case .unsynced = result { durability = result }
            }
            return durability
        } catch {
            for draft in drafts { draft.discard() }
            for path in committed { try? path.unlink() }
            guard let error = error as? Errno else { throw error }
            throw error == .fileExists ? Self.exists(name) : failure(.output, error)
        }
    }

    private static func exists(_ name: String) -> UserError {
        UserError(
            .usage, "\(name.printable) exists: name a new file, since a checkpoint replaces none")
    }

    private func failure(_ kind: ErrorKind, _ error: Errno) -> UserError {
        UserError(kind, "\(name.printable) cannot be written: \(ErrorMessages.reason(error))")
    }
}
