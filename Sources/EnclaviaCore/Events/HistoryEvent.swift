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
    package let subject: Subject

    package init(id: PushID, time: Timestamp, subject: Subject) {
        self.id = id
        self.time = time
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
    /// The machine that pruned; `nil` where it has no name, and in events of the versions that named it as
    /// their source.
    package let host: String?

    package init(
        before: Timestamp, pushes: Int, events: Int, ranges: [[Int64]], host: String?
    ) {
        self.before = before
        self.pushes = pushes
        self.events = events
        self.ranges = ranges
        self.host = host
    }

    private enum CodingKeys: String, CodingKey {
        case before, pushes, events, ranges, host
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(before, forKey: .before)
        try object.encode(pushes, forKey: .pushes)
        try object.encode(events, forKey: .events)
        try object.encode(ranges, forKey: .ranges)
        try object.encode(host, forKey: .host)
    }
}

/// Whose account a login or a logout was about.
package struct AccountMark: Hashable, Sendable, Codable {
    package let backend: String
    package let handle: String?
    /// The machine where it happened; `nil` where it has no name, and in events of the versions that named it
    /// as their source.
    package let host: String?

    package init(backend: String, handle: String?, host: String?) {
        self.backend = backend
        self.handle = handle
        self.host = host
    }

    private enum CodingKeys: String, CodingKey {
        case backend, handle, host
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(backend, forKey: .backend)
        try object.encode(handle, forKey: .handle)
        try object.encode(host, forKey: .host)
    }
}
