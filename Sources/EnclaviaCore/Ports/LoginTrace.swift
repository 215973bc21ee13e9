/// What a login has left in a configuration that is not the push's own, once it was undone.
package enum LoginTrace: Hashable, Sendable {
    /// The client logged out again, and no known file holds the credentials.
    case removed
    /// That file holds them.
    case left(path: String)
    /// That file holds them, in place of an entry that was there before: logging out would not bring that
    /// one back.
    case replaced(path: String)
    /// Logging out failed, or would have removed an entry of the user's; where the credentials are is unknown.
    case unknown
}
