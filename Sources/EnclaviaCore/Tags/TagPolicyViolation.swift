/// Why a policy stops a push.
package enum TagPolicyViolation: Error, Hashable, Sendable {
    /// The tag holds another image.
    case tagExists(ImageReference, Digest)
    /// The commit of what the tag holds is not an ancestor of this image's.
    case tagNewer(ImageReference, Digest, held: String, new: String)
    /// Which of the two commits came first is unknown.
    case orderUnknown(ImageReference, Digest, UnknownOrder)
}

/// Why the order of two commits is unknown.
package enum UnknownOrder: Hashable, Sendable {
    /// The image's label `org.opencontainers.image.revision` is not a full commit id.
    case badLabel(String, ImageSide)
    /// The label of the image and the commit that is checked out differ.
    case labelIsNotHead(label: String, head: String)
    /// The image has no label, and no commit is checked out here.
    case noCommit
    /// The image in the registry has no label, and the history has no commit for it.
    case noHeldCommit
    /// Likewise, and the history could not be read.
    case historyUnreadable(StoreError)
    case graph(CommitGraphError)

    /// Which of the two images.
    package enum ImageSide: Hashable, Sendable {
        case local, registry
    }
}

/// What an image's labels `org.opencontainers.image.revision` and `.source` say.
///
/// Source: OCI image specification 1.1, "Pre-Defined Annotation Keys".
package struct ImageLabels: Hashable, Sendable {
    package let revision: String?
    package let source: String?

    package init(revision: String? = nil, source: String? = nil) {
        self.revision = revision
        self.source = source
    }

    package static let none = ImageLabels()
}

extension ImageLabels {
    /// The labels without any known secret, as ``HistoryEvent/without(_:)``.
    func without(_ secrets: SecretScrubber) -> ImageLabels {
        ImageLabels(revision: revision.map(secrets.scrub), source: source.map(secrets.scrub))
    }
}
