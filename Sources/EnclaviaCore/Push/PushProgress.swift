/// What a push says while it works. Nothing here is part of its result.
package enum PushProgress: Hashable, Sendable {
    case loggingIn(registry: String, handle: String)
    /// Another push to that reference has not ended for two seconds.
    case waiting(ImageReference)
    case tagging(image: String, reference: ImageReference)
    case pushing(ImageReference)
    case engine(EngineOutput)
    /// The token ran out during the push; a fresh one is fetched for one more push.
    case renewing(registry: String)
    /// The registry could not take the login or the push just now; it is tried again after the pause.
    case repeating(registry: String, after: Duration)
    /// The tag exists, and the policy keeps what it holds.
    case kept(ImageReference, Digest)
    /// The engine failed, or was silent; the registry is asked whether the image has arrived.
    case askingRegistry(ImageReference)
    case digest(Digest)
    /// The registry does not show the digest yet, and is asked again.
    case notShownYet(ImageReference)
    /// The engine pushed another image, which had been given the name meanwhile; the push starts over.
    case pushedOtherImage(ImageReference, Digest)
    /// Another push of the reference has been telling the backend for two seconds.
    case waitingToNotify(ImageReference)
    /// The backend is told.
    case notifying
    case notified(NotifyAnswer)
    /// Nothing waits for the image of a new tag: the line that creates an enclave from it.
    case nothingWaiting(ImageReference)
    case warning(PushWarning)
}

/// What a push warns of.
package enum PushWarning: Hashable, Sendable {
    /// The registry could not be asked for the digest.
    case unverified(ImageReference, RegistryError)
    /// The engine failed, in these words, though the registry holds the image; where it was to sign it, it has
    /// not.
    case engineFailed(ImageReference, EngineError, isUnsigned: Bool)
    /// The registry holds the digest, but nothing shows that it is the local image.
    case notCompared(ImageReference, Digest)
    /// The registry could not be asked what the tag holds before the push.
    case tagUnknown(ImageReference, RegistryError)
    /// The labels of the image that the tag holds could not be read.
    case labelsUnknown(ImageReference, RegistryError)
    /// After the push the tag holds another digest: somebody else has pushed there since.
    case tagTaken(ImageReference, pushed: Digest, held: Digest)
    case tagMoved(ImageReference, from: Digest, to: Digest)
    /// The backend could not be told; it finds the push by polling the registry.
    case notNotified(BackendError, willRetry: Bool)
    /// Another push of the reference is still telling the backend, so this one waits for another command.
    case notTold(ImageReference)
    /// The store could not be written.
    case spooled(path: String, reason: String, isVolatile: Bool)
    /// Something beside the record could not be written.
    case store(StoreWarning)
}
