import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// What a path names: a file, by whichever of its names, or a name in a directory that no file has yet.
struct NamedFile {
    private let file: FileIdentity?
    private let directory: FileIdentity?
    private let name: FilePath.Component?

    init(_ path: FilePath) {
        file = path.followedStatus?.identity
        directory = path.directoryName.followedStatus?.identity
        name = path.lastComponent
    }

    /// Whether a file has the name.
    var exists: Bool { file != nil }

    /// Whether both are one file, or the same free name.
    func isSame(as other: NamedFile) -> Bool {
        guard file == nil, other.file == nil else { return file == other.file }
        return directory != nil && directory == other.directory && name == other.name
    }

    /// Whether it is in a directory.
    func isIn(_ other: NamedFile) -> Bool { directory != nil && directory == other.file }
}

extension CommandContext {
    /// Refuses to write output over the history, the event log or the credentials, which would be lost.
    ///
    /// - Parameters:
    ///   - target: what is to be written; `nil` for what is no file.
    ///   - words: what the user typed, for the message.
    /// - Throws: `usage`.
    func protectOwnFiles(from target: NamedFile?, _ words: String) throws(UserError) {
        guard let target else { return }
        for path in adapters.ownFiles() {
            let own = NamedFile(FilePath(native: path))
            if target.isSame(as: own) || target.isIn(own) {
                throw UserError(
                    .usage, "\(words) is a file of enclavia itself, which must not be replaced",
                    hint: "name a file elsewhere")
            }
        }
    }
}
