import EnclaviaCore

// For the accounts engineer: replace each by the real adapter and delete this file.
extension LiveAdapters {
    func storeProbe() -> any StoreProbe { fatalError("pending") }
    func completionProbe() -> any CompletionProbe { fatalError("pending") }
    func accountJournal() -> any AccountJournal { fatalError("pending") }
    func events() -> any EventFeed { fatalError("pending") }
}
