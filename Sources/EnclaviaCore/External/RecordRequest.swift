/// The parameters of `enclavia record`.
package struct RecordRequest: Sendable {
    /// `nil` where the images name their repositories themselves.
    package let destination: Destination?
    package let images: [ExternalImage]
    /// The tool that pushed them.
    package let tool: String
    package let labels: [String: String]
    /// The reason for the pushes.
    package let message: String?
    /// Whether the backend is notified.
    package let notifies: Bool
    package let cliVersion: String

    /// The tool where none is named.
    package static let unnamedTool = "external"

    package init(
        destination: Destination?, images: [ExternalImage], tool: String, labels: [String: String],
        message: String?, notifies: Bool, cliVersion: String
    ) {
        self.destination = destination
        self.images = images
        self.tool = tool
        self.labels = labels
        self.message = message
        self.notifies = notifies
        self.cliVersion = cliVersion
    }
}

/// What became of the images of a request, all of which the registry had confirmed.
package struct RecordReport: Sendable {
    /// Those that were recorded, in the order of the request.
    package let results: [PushResult]
    /// Why others were not, in that order.
    package let failures: [RecordError]
    /// How many different images the request had. After a signal or a failure, fewer are recorded.
    package let total: Int

    package init(results: [PushResult], failures: [RecordError] = [], total: Int) {
        self.results = results
        self.failures = failures
        self.total = total
    }
}

/// Why nothing was recorded, or, in a ``RecordReport``, why some of the images were not.
package enum RecordError: Error, Hashable, Sendable {
    case backend(BackendError)
    /// The registry could not be queried, or contradicted itself.
    case registry(RegistryError)
    case input(ExternalFault)
    case destination(DestinationError)
    case name(ExternalName, ExternalPlace, ExternalNameError)
    /// Two digests for one reference.
    case contradiction(FoundImage, FoundImage)
    /// The registry does not have the image.
    case absent(FoundImage, others: Int)
    /// The tag does not hold the digest; `isPart` where it holds an index that lists the digest.
    ///
    /// - Parameters:
    ///   - held: what it holds; `nil` where it does not exist.
    ///   - others: the number of other images that the registry contradicts.
    case notHeld(FoundImage, held: Digest?, isPart: Bool, others: Int)
    /// A signal came before anything was recorded.
    case cancelled

    /// An image, and where it was named.
    package struct FoundImage: Hashable, Sendable {
        package let reference: ImageReference
        package let digest: Digest
        package let place: ExternalPlace

        package init(reference: ImageReference, digest: Digest, place: ExternalPlace) {
            self.reference = reference
            self.digest = digest
            self.place = place
        }
    }
}
