/// What the history knows of one reference.
package struct TagState: Hashable, Sendable {
    /// The push that began last, whatever became of it.
    package let newest: StoredPush
    /// The newest push that succeeded, which `history at` names; `nil` where none has.
    package let pointsAt: StoredPush?
    /// The push by which the tag came to point there: ``pointsAt``, or an earlier push of the same digest, after
    /// which no push moved the tag. Also `nil` where it was not looked up.
    package let since: StoredPush?

    package init(newest: StoredPush, pointsAt: StoredPush?, since: StoredPush?) {
        self.newest = newest
        self.pointsAt = pointsAt
        self.since = since
    }
}

/// How a reference came to point at the digest of a push, and what followed, as far as the history knows.
package struct TagTimeline: Hashable, Sendable {
    /// The push by which the tag came to point there.
    package let since: StoredPush
    /// The newest push before ``since``, and the one by which the tag had come to point at its digest.
    package let before: StoredPush?
    package let beforeSince: StoredPush?
    /// The first push afterwards with another digest.
    package let next: StoredPush?

    package init(
        since: StoredPush, before: StoredPush?, beforeSince: StoredPush?, next: StoredPush?
    ) {
        self.since = since
        self.before = before
        self.beforeSince = beforeSince
        self.next = next
    }
}
