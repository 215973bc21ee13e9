/// Why an import takes nothing, or no more.
package enum ImportError: Error, Hashable, Sendable {
    /// The first bad line, counted from 1, the field where one is to blame, and what is wrong.
    case malformed(line: Int, field: String?, detail: String)
    /// The file is something else than JSON Lines.
    case otherFormat(FileFormat)
    /// A line that was good when the file was checked is not what it was; `line` counts from 1.
    case changed(line: Int)
    case unreadable(path: String, reason: String)
    case store(StoreError)
    case cancelled
}

/// What a file may be that was meant to be JSON Lines.
package enum FileFormat: String, Hashable, Sendable, CaseIterable {
    case gzip, zstd, xz, bzip2, zip, sqlite, utf16
    /// A JSON array, as `history --json` prints.
    case array
    /// JSON whose values take several lines, as `jq .` prints.
    case prettyPrinted
}
