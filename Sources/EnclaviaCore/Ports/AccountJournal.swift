/// The durable record of logins and logouts.
package protocol AccountJournal: Sendable {
    /// Puts the event into the history, and a copy of it into the event log.
    ///
    /// - Returns: what went wrong beside the record, such as with the event log.
    /// - Throws: ``StoreError`` where the history cannot be written.
    func append(_ event: AccountEvent) async throws(StoreError) -> [StoreWarning]
}

/// Something that happened to the account on this machine.
package enum AccountEvent: Hashable, Sendable {
    case login(AccountMark)
    case logout(AccountMark)
}
