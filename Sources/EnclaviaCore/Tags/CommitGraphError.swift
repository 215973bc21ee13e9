/// A full commit id: 40 hexadecimal digits in lower case, or 64 in repositories that use SHA-256.
package struct CommitID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// `nil` where `text` is anything else: an abbreviation, a tag, an option of git's.
    package init?(_ text: String) {
        let text = text.lowercased()
        guard [40, 64].contains(text.utf8.count), text.utf8.allSatisfy(ReferenceGrammar.isLowerHex)
        else {
            return nil
        }
        self.text = text
    }

    package var description: String { text }
}

/// Why the order of two commits cannot be read from a checkout.
package enum CommitGraphError: Error, Hashable, Sendable {
    /// There is no checkout in the working directory.
    case noCheckout
    /// There is a checkout, and no git on `PATH`.
    case noGit
    /// There is a checkout, and a git that cannot be run.
    case unusableGit(path: String, ProgramFault)
    /// The checkout belongs to another user, and git refuses to read it.
    case ownedByOther
    /// The checkout lacks that commit.
    case missing(CommitID)
    /// The checkout is a shallow clone, whose missing commits may make one commit an ancestor of the other.
    case shallow
    case timedOut(seconds: Int)
    /// Any other error of git.
    case failed(String)

    /// Whether git could not be run at all.
    package var isWithoutGit: Bool {
        switch self {
        case .noGit, .unusableGit: true
        case .noCheckout, .ownedByOther, .missing, .shallow, .timedOut, .failed: false
        }
    }
}
