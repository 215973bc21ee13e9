/// Locks that let this user's pushes to one reference run one after the other.
///
/// An engine has one tag of each name for all its clients: two concurrent pushes could both push the image that was
/// tagged last. Through two engines, both would record the same digest as the one that the tag held before. The
/// lock therefore does not depend on the engine, and a push need not wait until an engine has identified itself,
/// which takes long under load. Other users and other machines share the tag but not the lock, so the lock only
/// saves work: a record is correct because the registry's manifest is compared with the image.
package protocol ReferenceLocks: Sendable {
    /// Acquires the lock, and waits while another process holds it.
    ///
    /// - Parameter onWait: called once, after two seconds; the wait continues meanwhile.
    /// - Returns: `nil` where this machine has no directory for locks; the push goes on without one.
    /// - Throws: `CancellationError` when the task is cancelled.
    func acquire(
        _ reference: ImageReference, for use: ReferenceUse, onWait: @Sendable () async -> Void
    ) async throws(CancellationError) -> (any ReferenceLock)?
}

/// A lock that is held. It is also released when the process exits.
package protocol ReferenceLock: Sendable {
    func release()
}
