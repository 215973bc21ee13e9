/// The store's size and state.
package struct StoreSummary: Hashable, Sendable {
    package let path: String
    package let pushes: Int
    package let events: Int
    /// The hash of the newest event, 64 hexadecimal digits; `nil` while there is none.
    package let head: String?
    /// Whether this user could write it now.
    package let isWritable: Bool
    /// Pushes that lie in the spool.
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

/// Something that somebody should look at.
package struct AttentionItem: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case notifyPending = "notify_pending"
        case notifyFailed = "notify_failed"
        case interrupted, spooled, unverified
        case movedRemotely = "moved_remotely"
    }

    package let kind: Kind
    package let pushID: PushID?
    package let reference: ImageReference?
    /// What the record says about it, where it says something.
    package let message: String?

    package init(kind: Kind, pushID: PushID?, reference: ImageReference?, message: String?) {
        self.kind = kind
        self.pushID = pushID
        self.reference = reference
        self.message = message
    }
}
