import EnclaviaSystem
import SystemPackage

/// A file in the place of a completion script.
struct CompletionFile {
    /// More than any script has.
    private static let limit = 1 << 20
    /// The first words of the scripts of all versions.
    private static let mark = Array("# Completion of enclavia(1) for ".utf8)

    let bytes: [UInt8]

    /// `nil` where it cannot be read, so that no shell loads it, or is too large to be a script.
    init?(_ path: FilePath) {
        guard let file = try? BoundedFile(path, limit: Self.limit), !file.isCutOff else {
            return nil
        }
        bytes = file.bytes
    }

    /// Whether it is this version's script.
    func isCurrent(_ shell: CompletionShell) -> Bool { bytes.elementsEqual(shell.script.utf8) }

    /// Whether it begins as the scripts of all versions do; the user may have added something.
    var isOfThisProgram: Bool {
        bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2).prefix(2)
            .contains { $0.starts(with: Self.mark) }
    }
}
