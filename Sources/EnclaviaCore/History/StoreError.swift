/// What can go wrong between this program and its store.
package enum StoreError: Error, Hashable, Sendable {
    /// Permissions, I/O errors, no such directory.
    case inaccessible(path: String, reason: String)
    /// No space is left on the disk of the file.
    case full(path: String)
    /// The file, its directory or its file system can only be read.
    case readOnly(path: String)
    /// Another process held it for longer than the time limit.
    case locked(path: String, seconds: Int)
    /// The file is damaged: a page, the schema or the text of a record cannot be read.
    case corrupt(path: String, detail: String)
    /// The file is an SQLite database, and is not marked as a store.
    ///
    /// - Parameter lostMarks: the settings that a dump of a store does not hold; `nil` where the file is another
    ///   program's.
    case foreign(path: String, lostMarks: StoreMarks?)
    /// A constraint of the schema forbids a write, because of what somebody changed in the file.
    case constraint(path: String, detail: String)
    /// SQLite refused a statement of this program although the schema is as expected: a bug.
    case unexpected(path: String, detail: String)
    /// A newer version of this program wrote it, in a format that this one must not add to.
    case tooNew(path: String, version: String)
    /// The file, or its directory, is a symbolic link or belongs to somebody else.
    case unsafe(path: String, reason: String)
    /// The command was cancelled while it read or wrote.
    case cancelled
}

/// The settings of an SQLite database that mark it as a store (enclavia-history(5), FILES).
package struct StoreMarks: Hashable, Sendable {
    /// `PRAGMA application_id`.
    package let applicationID: Int32
    /// `PRAGMA user_version`, the version of the schema.
    package let version: Int

    package init(applicationID: Int32, version: Int) {
        self.applicationID = applicationID
        self.version = version
    }
}
