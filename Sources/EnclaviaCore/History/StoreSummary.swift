/// The store's size and state.
package struct StoreSummary: Hashable, Sendable {
    package let path: String
    package let pushes: Int
    package let events: Int
    /// The hash of the newest event, 64 hexadecimal digits; `nil` while there is none.
    package let head: String?
    /// Whether this user could write it now.
    package let isWritable: Bool
    /// The number of pushes in the spool.
    package let spooled: Int

    package init(
        path: String, pushes: Int, events: Int, head: String?, isWritable: Bool, spooled: Int
    ) {
        self.path = path
        self.pushes = pushes
        self.events = events
        self.head = head
        self.isWritable = isWritable
        self.spooled = spooled
    }
}

/// Something that needs attention.
package struct AttentionItem: Hashable, Sendable {
    package typealias Kind = AttentionKind

    package let kind: Kind
    package let pushID: PushID?
    package let reference: ImageReference?
    /// What the record says about it, if anything.
    package let message: String?
    /// The push, where the history holds it.
    package let push: PushRecord?

    package init(
        kind: Kind, pushID: PushID?, reference: ImageReference?, message: String?,
        push: PushRecord? = nil
    ) {
        self.kind = kind
        self.pushID = pushID
        self.reference = reference
        self.message = message
        self.push = push
    }

    package init(kind: Kind, _ push: PushRecord, message: String?) {
        self.init(
            kind: kind, pushID: push.id, reference: push.reference, message: message, push: push)
    }

    /// - Parameter kind: what needs attention about the server to which the history is sent.
    package init(kind: Kind, _ remote: RemoteSummary) {
        self.init(kind: kind, pushID: nil, reference: nil, message: remote.state?.failure)
    }

    /// When the push began; `nil` for a tag that moved remotely, which needs attention whenever its push began.
    package var startedAt: Timestamp? {
        if kind == .movedRemotely { return nil }
        return push?.startedAt ?? pushID?.madeAt
    }
}

extension ReferenceSelector {
    /// Whether `reference` is one that this selector names.
    package func matches(_ reference: ImageReference?) -> Bool {
        guard let reference else { return false }
        return repository == reference.repository && tag == reference.tag
            && (owner ?? reference.owner) == reference.owner
            && (registry ?? reference.registry) == reference.registry
    }

    /// Whether an item is about a reference that this selector names. For a push whose reference never became
    /// known, the destination as typed is compared.
    package func matches(_ item: AttentionItem) -> Bool {
        if item.reference != nil { return matches(item.reference) }
        guard let push = item.push, let typed = try? Destination(push.destination) else {
            return false
        }
        return repository == typed.repository && tag == typed.tag
            && (owner == nil || typed.owner == nil || owner == typed.owner)
    }
}

/// The pushes of one day, to one repository or to all, counted.
package struct DayStatistics: Hashable, Sendable {
    package let day: String
    /// Numbers the repositories from 0.
    package let number: Int
    /// `nil`, like ``repository``, for pushes whose reference never became known, and for all repositories.
    package let owner: String?
    package let repository: String?
    package let counts: PushCounts

    package init(
        day: String, number: Int, owner: String?, repository: String?, counts: PushCounts
    ) {
        self.day = day
        self.number = number
        self.owner = owner
        self.repository = repository
        self.counts = counts
    }
}

/// The pushes of one person, counted.
package struct UserStatistics: Hashable, Sendable {
    /// The CI's actor, else the user of the operating system; `nil` where neither is known.
    package let user: String?
    package let counts: PushCounts

    package init(user: String?, counts: PushCounts) {
        self.user = user
        self.counts = counts
    }
}
