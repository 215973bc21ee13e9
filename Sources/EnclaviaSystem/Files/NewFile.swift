import SystemPackage

/// A file that gets its name once its content is durable, and that replaces nothing.
package struct NewFile {
    private let path: FilePath
    private let draft: FilePath

    /// Writes the content under a temporary name in the same directory, with mode 0600.
    ///
    /// - Throws: `Errno`; there is no file then.
    package init(_ path: FilePath, holding bytes: [UInt8]) throws(Errno) {
        self.path = path
        let draft = try Draft(in: path.directoryName, .ownerReadWrite)
        self.draft = draft.path
        do {
            try draft.file.closeAfter {
                _ = try draft.file.writeAll(bytes)
                try draft.file.sync()
            }
        } catch {
            discard()
            throw error as? Errno ?? .ioError
        }
    }

    /// Gives the file its name.
    ///
    /// - Throws: `Errno`; `fileExists` if something has that name by now. Call ``discard()`` then.
    package func commit() throws(Errno) -> FileReplacement.Durability {
        try draft.rename(toNew: path)
        do throws(Errno) {
            try path.directoryName.syncNames()
            return .durable
        } catch {
            return .unsynced(error)
        }
    }

    /// Removes the file, if it has no name yet.
    package func discard() {
        try? draft.unlink()
    }
}
