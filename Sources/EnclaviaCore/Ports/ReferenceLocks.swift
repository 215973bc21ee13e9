/// Locks that let pushes to one reference through one engine run one after the other.
///
/// An engine has one tag of each name for all its clients: of two pushes at once, both may push the image
/// that was tagged last. Other users and other machines share the engine and not the lock, so it only
/// saves work: what keeps a record true is that the registry's manifest is compared with the image.
package protocol ReferenceLocks: Sendable {
    /// Takes the lock, and waits as long as its holder lives.
    ///
    /// - Parameters:
    ///   - engine: the engine's identity, from ``EngineInspection/engineID``.
    ///   - onWait: called once, after two seconds of waiting, which goes on behind it.
    /// - Returns: `nil` where this machine has no place for locks, and the push goes on without one.
    /// - Throws: `CancellationError` when the task is cancelled.
    func acquire(
        _ reference: ImageReference, engine: String, onWait: @Sendable () async -> Void
    ) async throws(CancellationError) -> (any ReferenceLock)?
}

/// A lock that is held. The process's end releases it too.
package protocol ReferenceLock: Sendable {
    func release()
}
