/// What a reference is locked for; different uses do not wait for each other.
package enum ReferenceUse: Hashable, Sendable {
    case push
    /// To notify the backend at that URL of a push.
    case notify(backend: String)
}
