/// Locks that let this user's pushes to one reference run one after the other.
///
/// An engine has one tag of each name for all its clients: of two pushes at once, both may push the image
/// that was tagged last. Through two engines, each would take what the other found under the tag for what was
/// there before itself. So it makes no difference which engine a push goes through, and no engine has to say who
/// it is, which one under load does too late. Other users and other machines share the tag and not the lock, so it
/// only saves work: what keeps a record true is that the registry's manifest is compared with the image.
package protocol ReferenceLocks: Sendable {
    /// Takes the lock, and waits as long as its holder lives.
    ///
    /// - Parameter onWait: called once, after two seconds of waiting, which goes on behind it.
    /// - Returns: `nil` where this machine has no place for locks, and the push goes on without one.
    /// - Throws: `CancellationError` when the task is cancelled.
    func acquire(
        _ reference: ImageReference, for use: ReferenceUse, onWait: @Sendable () async -> Void
    ) async throws(CancellationError) -> (any ReferenceLock)?
}

/// A lock that is held. The process's end releases it too.
package protocol ReferenceLock: Sendable {
    func release()
}
