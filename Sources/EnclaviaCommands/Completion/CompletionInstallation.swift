import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// Puts this version's completion script where a shell looks for it.
package protocol CompletionInstaller: Sendable {
    /// Writes the script into a directory of the user's own, and asks the shell whether it loads it.
    ///
    /// - Throws: ``CompletionInstallError``; no script was replaced then, unless it says so.
    func install(
        _ shell: CompletionShell
    ) async throws(CompletionInstallError) -> CompletionInstallation
}

/// A script that is in place.
package struct CompletionInstallation: Hashable, Sendable {
    package let path: String
    /// Whether the file was written: it is left alone if it is this version's script.
    package let isChanged: Bool
    /// The file that keeps the script that was replaced, to which the user may have added something; `nil` if none was.
    package let backup: String?
    /// What the shell loads now; `nil` if it is not installed.
    package let completion: InstalledCompletion?
    /// Why the file may lose its name in a power failure; `nil` if it cannot.
    package let unsynced: Errno?

    package init(
        path: String, isChanged: Bool, backup: String? = nil, completion: InstalledCompletion?,
        unsynced: Errno? = nil
    ) {
        self.path = path
        self.isChanged = isChanged
        self.backup = backup
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
    /// The place depends on the working directory, as with a relative `XDG_CONFIG_HOME`.
    case relative(path: String)
    /// The task was cancelled, before or after this file was written.
    case cancelled(written: String?)
}

/// Writes the script by rename, and replaces only scripts of this program.
struct CompletionFileInstaller: CompletionInstaller {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// As package managers install completion scripts.
    private static let permissions: FilePermissions = [
        .ownerReadWrite, .groupRead, .otherRead,
    ]

    func install(
        _ shell: CompletionShell
    ) async throws(CompletionInstallError) -> CompletionInstallation {
        let path = CompletionPlaces(shell, settings, await answer(of: shell)).own
        guard !Task.isCancelled else { throw .cancelled(written: nil) }
        guard path.hasPrefix("/") else { throw .relative(path: path) }
        let written = try write(shell, to: FilePath(native: path))
        let completion = await CompletionSurvey(settings, [shell]).completion(of: shell)
        guard !Task.isCancelled else {
            throw .cancelled(written: written == nil ? nil : path)
        }
        return CompletionInstallation(
            path: path, isChanged: written != nil, backup: written?.backup, completion: completion,
            unsynced: written?.unsynced)
    }

    /// `nil` where the shell does not answer: it is expected to look in its default places.
    private func answer(of shell: CompletionShell) async -> ShellAnswer? {
        guard let probe = ShellProbe(shell, settings) else { return nil }
        do throws(ShellSilence) {
            return try await probe.answer()
        } catch {
            return nil
        }
    }

    /// `nil` where the file is this version's script.
    private func write(
        _ shell: CompletionShell, to path: FilePath
    ) throws(CompletionInstallError) -> (backup: String?, unsynced: Errno?)? {
        let file = try replaceable(path, shell)
        if file?.isCurrent(shell) == true { return nil }
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
        let backup = try file.map { (file) throws(CompletionInstallError) in
            try keep(file, beside: path)
        }
        do {
            let file = FileReplacement(path, permissions: Self.permissions)
            switch try file.write({ try $0.write(shell.script) }) {
            case .durable: return (backup, nil)
            case .unsynced(let reason): return (backup, reason)
            }
        } catch {
            throw .unwritable(path: path.native, reason: error as? Errno ?? .ioError)
        }
    }

    /// Copies a file to the first free name that no shell loads, such as `_enclavia.~1~`: `compinit` skips names that
    /// end with `~`.
    private func keep(
        _ file: CompletionFile, beside path: FilePath
    ) throws(CompletionInstallError) -> String {
        var number = 1
        while true {
            let backup = "\(path.native).~\(number)~"
            number += 1
            guard FilePath(native: backup).status == nil else { continue }
            do throws(Errno) {
                let copy = try NewFile(FilePath(native: backup), holding: file.bytes)
                do throws(Errno) {
                    _ = try copy.commit()
                    return backup
                } catch {
                    copy.discard()
                    guard error == .fileExists else { throw error }
                }
            } catch {
                throw .unwritable(path: backup, reason: error)
            }
        }
    }

    /// The file that is there, which is this version's script or an older one; `nil` if there is none.
    ///
    /// - Throws: ``CompletionInstallError`` if there is something that must not be replaced.
    private func replaceable(
        _ path: FilePath, _ shell: CompletionShell
    ) throws(CompletionInstallError) -> CompletionFile? {
        guard let status = path.status else { return nil }
        let link = path.linkTarget
        guard link != nil || status.type == .regular else { throw .notRegular(path: path.native) }
        // What cannot be read is not known to be ours.
        let file = CompletionFile(path)
        if let file, file.isCurrent(shell) { return file }
        if let link { throw .symbolicLink(path: path.native, target: link) }
        guard let file, file.isOfThisProgram else { throw .foreign(path: path.native) }
        return file
    }
}
