/// How a push ends, and what was found out about it that no step has told.
package struct PushEnding: Hashable, Sendable {
    /// `nil` where it stays what the steps have made of it.
    package let state: PushState?
    package let moment: Timestamp
    /// Where the push would have gone, for one that failed before that was recorded.
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
    /// The record as the event that ends it carries it: with that event counted.
    ///
    /// What was not pushed in the end has nothing left to tell the backend.
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
