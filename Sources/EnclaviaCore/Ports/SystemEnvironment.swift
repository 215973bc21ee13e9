/// The clock and the random source of an operation.
package protocol SystemEnvironment: Sendable {
    func now() -> Timestamp
    /// 128 random bits.
    func random() -> (UInt64, UInt64)
}

extension SystemEnvironment {
    /// A new id for this moment.
    package func newID() -> PushID {
        PushID(at: now(), random: random())
    }
}
