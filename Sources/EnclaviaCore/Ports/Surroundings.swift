/// The clock and the dice of an operation.
package protocol Surroundings: Sendable {
    func now() -> Timestamp
    /// 128 random bits.
    func random() -> (UInt64, UInt64)
}

extension Surroundings {
    /// A new id for this moment.
    package func newID() -> PushID {
        PushID(at: now(), random: random())
    }
}

/// Tells who pushes, from where and from which commit.
package protocol ContextProbe: Sendable {
    /// The host and the user, known at once.
    func identity() -> (host: String?, user: String?)
    /// All of it, in at most 500 ms; what is not known by then stays `nil`.
    func gather() async -> PushContext
}
