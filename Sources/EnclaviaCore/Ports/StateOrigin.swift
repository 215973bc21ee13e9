/// Tells whether the history's files may have come with a git checkout, whose commits others write.
package protocol StateOrigin: Sendable {
    /// - Returns: the checkout that tracks files of the history; `nil` where there is none. A checkout that git
    ///   does not tell of counts as one that does.
    func trackingCheckout() async -> TrackingCheckout?
}

/// A checkout that holds the state directory.
package struct TrackingCheckout: Hashable, Sendable {
    /// The state directory.
    package let state: String
    /// The checkout's top directory.
    package let checkout: String
    /// Whether git said that the checkout tracks the history; `false` where git could not be asked.
    package let isCertain: Bool

    package init(state: String, checkout: String, isCertain: Bool) {
        self.state = state
        self.checkout = checkout
        self.isCertain = isCertain
    }
}
