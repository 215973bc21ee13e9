/// An event, before it has a place in the chain.
package struct HistoryEvent: Hashable, Sendable {
    /// What an event is about.
    package enum Subject: Hashable, Sendable {
        case push(PushID, PushStep)
        case pruned(PruneEventData)
        case salvaged(SalvageEventData)
        case login(AccountEventData)
        case logout(AccountEventData)
    }

    /// The CloudEvents `id`: a UUID of version 7.
    package let id: PushID
    package let time: Timestamp
    package let subject: Subject
    /// The reference of the push, as its record has it by then, in an event whose type carries it beside its step
    /// (``EventType/carriesReference``); `nil` in all others, where it is unknown, and in events of older versions.
    package let reference: ImageReference?

    /// - Parameter reference: ignored unless the event's type carries one.
    package init(
        id: PushID, time: Timestamp, subject: Subject, reference: ImageReference? = nil
    ) {
        self.id = id
        self.time = time
        self.subject = subject
        self.reference = subject.type.carriesReference ? reference : nil
    }

    package var type: EventType { subject.type }

    /// The event with the reference of `record`, which is the push's record by then.
    package func of(_ record: PushRecord?) -> HistoryEvent {
        guard let reference = record?.reference else { return self }
        return HistoryEvent(id: id, time: time, subject: subject, reference: reference)
    }

    /// The event with known secrets removed from the texts that come from outside: those of the backend, the
    /// registry, the engine, the user and the machine. Values that follow a grammar stay as they are: digests,
    /// references, destinations, addresses and times.
    ///
    /// Each type with such texts declares, beside its fields, a function of this name that removes them.
    package func without(_ secrets: SecretScrubber) -> HistoryEvent {
        guard !secrets.isEmpty else { return self }
        let subject: Subject =
            switch subject {
            case .push(let push, let step): .push(push, step.without(secrets))
            case .pruned, .salvaged, .login, .logout: subject
            }
        return HistoryEvent(id: id, time: time, subject: subject, reference: reference)
    }
}
