/// How a push ends, and what is known about it that no step has recorded.
package struct PushEnding: Hashable, Sendable {
    /// `nil` to keep the state that the steps have led to.
    package let state: PushState?
    package let moment: Timestamp
    /// The reference, for a push that failed before its reference was recorded.
    package let reference: ImageReference?
    /// Who pushed, from where, likewise.
    package let context: PushContext?

    package init(
        _ state: PushState? = nil, at moment: Timestamp, reference: ImageReference? = nil,
        context: PushContext? = nil
    ) {
        self.state = state
        self.moment = moment
        self.reference = reference
        self.context = context
    }
}

extension PushRecord {
    /// The record as the event that ends it carries it; `revision` includes that event.
    ///
    /// A push that did not succeed has no pending notification.
    package func ended(_ ending: PushEnding) -> PushRecord {
        var whole = self
        if let state = ending.state { whole.state = state }
        if whole.state.outcome != .succeeded, whole.notify.outcome == .pending {
            whole.notify = .none
        }
        whole.reference = ending.reference ?? whole.reference
        whole.context = ending.context ?? whole.context
        whole.finishedAt = ending.moment
        whole.revision += 1
        return whole
    }
}
