/// The engine's clients that pushes started on this machine.
package protocol PushClients: Sendable {
    /// Whether a client of the push still runs, though the push may have died.
    ///
    /// - Returns: `nil` where that cannot be told.
    func isRunning(_ id: PushID) -> Bool?
}
