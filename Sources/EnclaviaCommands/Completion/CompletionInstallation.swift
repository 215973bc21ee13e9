import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Puts this version's completion script where a shell looks for it.
package protocol CompletionInstaller: Sendable {
    /// Writes the script into a directory of the user's own, and asks the shell whether it loads it.
    ///
    /// - Throws: ``CompletionInstallError``; nothing was changed then.
    func install(
        _ shell: CompletionShell
    ) async throws(CompletionInstallError) -> CompletionInstallation
}

/// A script that is in place.
package struct CompletionInstallation: Hashable, Sendable {
    package let path: String
    /// Whether the file was written: it is left alone if it is this version's script.
    package let isChanged: Bool
    /// What the shell loads now; `nil` if it is not installed.
    package let completion: InstalledCompletion?
    /// Why the file may lose its name in a power failure; `nil` if it cannot.
    package let unsynced: Errno?

    package init(
        path: String, isChanged: Bool, completion: InstalledCompletion?, unsynced: Errno? = nil
    ) {
        self.path = path
        self.isChanged = isChanged
        self.completion = completion
        self.unsynced = unsynced
    }
}

package enum CompletionInstallError: Error, Hashable, Sendable {
    /// A file that is not a completion script of this program.
    case foreign(path: String)
    /// A symbolic link to something else than this version's script.
    case symbolicLink(path: String, target: String)
    case notRegular(path: String)
    case noHome(path: String)
    /// This is root, whose files the home directory's user could not read or remove.
    case foreignHome(path: String)
    case unwritable(path: String, reason: Errno)
}

/// Writes the script by rename, and replaces only scripts of this program.
struct CompletionFileInstaller: CompletionInstaller {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// The first words of the scripts of all versions.
    private static let mark = Array("# Completion of enclavia(1) for ".utf8)
    /// As package managers install completion scripts.
    private static let permissions: FilePermissions = [
        .ownerReadWrite, .groupRead, .otherRead,
    ]

    func install(
        _ shell: CompletionShell
    ) async throws(CompletionInstallError) -> CompletionInstallation {
        // A shell that does not answer is expected to look in its default places.
        let answer = try? await ShellProbe(shell, settings)?.answer()
        let path = CompletionPlaces(shell, settings, answer).own
        let (isChanged, unsynced) = try write(shell.script, to: FilePath(native: path))
        return CompletionInstallation(
            path: path, isChanged: isChanged,
            completion: await CompletionSurvey(settings, [shell]).completion(of: shell),
            unsynced: unsynced)
    }

    private func write(
        _ script: String, to path: FilePath
    ) throws(CompletionInstallError) -> (isChanged: Bool, unsynced: Errno?) {
        if try holds(script, path) { return (false, nil) }
        let home = FilePath(native: settings.home)
        guard home.followedStatus?.type == .directory else {
            throw .noHome(path: settings.home)
        }
        guard !ShellProbe.isForeign(settings.home) else {
            throw .foreignHome(path: settings.home)
        }
        do throws(FileFault) {
            try path.directoryName.makeDirectories()
        } catch {
            throw .unwritable(path: error.path.native, reason: error.error ?? .ioError)
        }
        do {
            let file = FileReplacement(path, permissions: Self.permissions)
            switch try file.write({ try $0.write(script) }) {
            case .durable: return (true, nil)
            case .unsynced(let reason): return (true, reason)
            }
        } catch {
            throw .unwritable(path: path.native, reason: error as? Errno ?? .ioError)
        }
    }

    /// Whether the file is this version's script.
    ///
    /// - Throws: ``CompletionInstallError`` if there is something that must not be replaced.
    private func holds(
        _ script: String, _ path: FilePath
    ) throws(CompletionInstallError) -> Bool {
        guard let status = path.status else { return false }
        let link = path.linkTarget
        guard link != nil || status.type == .regular else { throw .notRegular(path: path.native) }
        // What cannot be read is not known to be ours.
        let bytes = (try? BoundedFile(path, limit: 1 << 20))?.bytes ?? []
        if bytes.elementsEqual(script.utf8) { return true }
        if let link { throw .symbolicLink(path: path.native, target: link) }
        let isOurs = bytes.split(separator: UInt8(ascii: "\n")).prefix(2)
            .contains { $0.starts(with: Self.mark) }
        guard isOurs else { throw .foreign(path: path.native) }
        return false
    }
}
