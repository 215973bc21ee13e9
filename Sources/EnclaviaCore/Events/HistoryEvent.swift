/// One thing that happened, before it has a place in the chain.
package struct HistoryEvent: Hashable, Sendable {
    /// What an event is about.
    package enum Subject: Hashable, Sendable {
        case push(PushID, PushStep)
        case pruned(PruneEventData)
        case login(AccountEventData)
        case logout(AccountEventData)
    }

    /// The CloudEvents `id`: a UUID of version 7.
    package let id: PushID
    package let time: Timestamp
    package let subject: Subject
    /// The reference of the push, as its record has it by then, in an event whose type carries it beside its step
    /// (``EventType/carriesReference``); `nil` in all others, where it is not known, and in events of older versions.
    package let reference: ImageReference?

    /// - Parameter reference: passed over unless the event's type carries one.
    package init(
        id: PushID, time: Timestamp, subject: Subject, reference: ImageReference? = nil
    ) {
        self.id = id
        self.time = time
        self.subject = subject
        self.reference = subject.type.carriesReference ? reference : nil
    }

    package var type: EventType { subject.type }

    /// The event of a push whose record is `record` by then, with the reference of that.
    package func of(_ record: PushRecord?) -> HistoryEvent {
        guard let reference = record?.reference else { return self }
        return HistoryEvent(id: id, time: time, subject: subject, reference: reference)
    }

    /// The event without any known secret in the texts that come from outside: the other side's, the engine's,
    /// the user's and the machine's words. What is held to a grammar stays: digests, references, destinations,
    /// addresses and times.
    ///
    /// What has such texts says beside its fields how it is without secrets, by a function of this name.
    package func without(_ secrets: SecretScrubber) -> HistoryEvent {
        guard !secrets.isEmpty else { return self }
        let subject: Subject =
            switch subject {
            case .push(let push, let step): .push(push, step.without(secrets))
            case .pruned, .login, .logout: subject
            }
        return HistoryEvent(id: id, time: time, subject: subject, reference: reference)
    }
}
