/// What the engine knows of a local image.
package struct EngineInspection: Hashable, Sendable {
    package let image: LocalImage
    /// How the engine identifies the image.
    package let store: ImageStore
    package let engine: EngineVersion
    /// The unpacked size in bytes, where the engine gives one.
    package let sizeBytes: Int64?

    package init(
        image: LocalImage, store: ImageStore, engine: EngineVersion, sizeBytes: Int64?
    ) {
        self.image = image
        self.store = store
        self.engine = engine
        self.sizeBytes = sizeBytes
    }
}

/// A piece of the engine's output during a push.
package enum EngineOutput: Hashable, Sendable {
    /// A line of the engine's, as printed, without its newline.
    case line(String)
    /// How many layers are done, and of how many.
    case layers(done: Int, total: Int)
    /// How many bytes of the layers that were begun are sent, and of how many.
    case bytes(sent: Int64, total: Int64)
}
