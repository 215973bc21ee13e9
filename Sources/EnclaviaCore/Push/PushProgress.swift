/// What a push reports while it runs. Nothing here is part of its result.
package enum PushProgress: Hashable, Sendable {
    case loggingIn(registry: String, handle: String)
    /// This push has been waiting for another one to that reference for two seconds.
    case waiting(ImageReference)
    case tagging(image: String, reference: ImageReference)
    case pushing(ImageReference)
    case engine(EngineOutput)
    /// The token expired during the push; a new one is requested for one more push.
    case renewing(registry: String)
    /// The registry could not process the login or the push just now; it is retried after the pause.
    case retrying(registry: String, after: Duration)
    /// The tag exists, and the policy keeps what it holds.
    case kept(ImageReference, Digest)
    /// The engine failed, or reported no digest; the registry is queried whether the image has arrived.
    case queryingRegistry(ImageReference)
    /// The registry is queried for that many images, which another tool has pushed.
    case confirming(Int)
    case digest(Digest)
    /// The registry does not show the digest yet, and is queried again.
    case notShownYet(ImageReference)
    /// The registry has the digest, and its tag points at another one, or does not exist; it is queried again.
    case tagElsewhere(ImageReference)
    /// The engine pushed another image, which had been given the name meanwhile; the push starts over.
    case pushedOtherImage(ImageReference, Digest)
    /// The notification has been waiting for that of another push of the reference for two seconds.
    case waitingToNotify(ImageReference)
    /// The notification is being sent.
    case notifying
    case notified(NotifyResponse)
    /// No enclave waits for the image of a new tag; the hint shows the command that creates one.
    case noEnclaveWaiting(ImageReference)
    case warning(PushWarning)
}

/// What a push warns of.
package enum PushWarning: Hashable, Sendable {
    /// The registry could not confirm the digest.
    case unverified(ImageReference, RegistryError)
    /// The engine failed with this error although the registry holds the image; `isUnsigned` where it should have
    /// signed the image and did not.
    case engineFailed(ImageReference, EngineError, isUnsigned: Bool)
    /// The registry holds the digest, but nothing shows that it is the local image.
    case notCompared(ImageReference, Digest)
    /// The registry could not be queried for what the tag holds before the push.
    case tagUnknown(ImageReference, RegistryError)
    /// The labels of the image that the tag holds could not be read.
    case labelsUnknown(ImageReference, RegistryError)
    /// After the push the tag holds another digest: somebody else has pushed there since.
    case tagOverwritten(ImageReference, pushed: Digest, held: Digest)
    case tagMoved(ImageReference, from: Digest, to: Digest)
    /// The backend could not be notified; it finds the push by polling the registry.
    case notNotified(BackendError, willRetry: Bool)
    /// Another process is still notifying the backend of the reference, so a later command sends this notification.
    case notificationDeferred(ImageReference)
    /// The backend could not be notified of an earlier image, so it was not notified of that many further ones.
    case notTold(count: Int)
    /// The store could not be written.
    case spooled(path: String, reason: String, isVolatile: Bool)
    /// Something other than the record could not be written.
    case store(StoreWarning)
}
