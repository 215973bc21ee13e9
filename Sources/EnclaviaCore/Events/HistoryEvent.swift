/// One thing that happened, before it has a place in the chain.
package struct HistoryEvent: Hashable, Sendable {
    /// What an event is about.
    package enum Subject: Hashable, Sendable {
        case push(PushID, PushStep)
        case pruned(PruneMark)
        case login(AccountMark)
        case logout(AccountMark)
    }

    /// The CloudEvents `id`: a UUID of version 7.
    package let id: PushID
    package let time: Timestamp
    /// The host where it happened.
    package let host: String?
    package let subject: Subject

    package init(id: PushID, time: Timestamp, host: String?, subject: Subject) {
        self.id = id
        self.time = time
        self.host = host
        self.subject = subject
    }

    package var type: EventType {
        switch subject {
        case .push(_, .started): .pushStarted
        case .push(_, .authenticated): .pushAuthenticated
        case .push(_, .tagged): .pushTagged
        case .push(_, .pushed): .pushPushed
        case .push(_, .verified): .pushVerified
        case .push(_, .notified): .pushNotified
        case .push(_, .finished): .pushFinished
        case .push(_, .imported): .pushImported
        case .push(_, .reconciled): .historyReconciled
        case .pruned: .historyPruned
        case .login: .authLogin
        case .logout: .authLogout
        }
    }
}

/// What a prune took away: the events of `pushes` pushes that finished before `before`.
package struct PruneMark: Hashable, Sendable, Codable {
    package let before: Timestamp
    /// The number of pushes whose events were blanked.
    package let pushes: Int
    /// The number of events that were blanked.
    package let events: Int
    /// The blanked events' sequence numbers, ascending, as closed ranges `[first, last]`.
    package let ranges: [[Int64]]

    package init(before: Timestamp, pushes: Int, events: Int, ranges: [[Int64]]) {
        self.before = before
        self.pushes = pushes
        self.events = events
        self.ranges = ranges
    }
}

/// Whose account a login or a logout was about.
package struct AccountMark: Hashable, Sendable, Codable {
    package let backend: String
    package let handle: String?

    package init(backend: String, handle: String?) {
        self.backend = backend
        self.handle = handle
    }

    private enum CodingKeys: String, CodingKey {
        case backend, handle
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(backend, forKey: .backend)
        try object.encode(handle, forKey: .handle)
    }
}
