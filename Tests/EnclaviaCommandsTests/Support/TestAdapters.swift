import EnclaviaCommands
import EnclaviaCore
import Testing

/// The adapters of a test. What a test does not give, no command may ask for: that is a failed test.
struct TestAdapters: Adapters {
    struct NotGiven: Error {
        let name: String
    }

    var givenHistory: (any History)?
    var givenJournal: (any PushJournal)?

    private func missing(_ name: String) -> NotGiven {
        Issue.record("the command asked for \(name), which the test does not give")
        return NotGiven(name: name)
    }

    private func missing(_ name: String) -> BackendError {
        let missing: NotGiven = missing(name)
        return .unavailable(url: missing.name, reason: "not given")
    }

    func engine() throws -> any ImageEngine { throw missing("the engine") as NotGiven }
    func backend() throws(BackendError) -> any Backend { throw missing("the backend") }
    func enclaves() throws(BackendError) -> any Enclaves { throw missing("the enclaves") }
    func accounts() throws(BackendError) -> any Accounts { throw missing("the accounts") }
    func registry() throws(BackendError) -> any Registry { throw missing("the registry") }
    func contextProbe() -> any ContextProbe { NoContext() }
    func journal() -> any PushJournal { givenJournal ?? UnexpectedJournal() }
    func history() throws(StoreError) -> any History {
        guard let givenHistory else {
            let missing: NotGiven = missing("the history")
            throw .inaccessible(path: missing.name, reason: "not given")
        }
        return givenHistory
    }
    func remember(_ enclaves: [Enclave]) throws(StoreError) {}
    func close() async {}
}

private struct NoContext: ContextProbe {
    func identity() -> (host: String?, user: String?) { (nil, nil) }
    func gather() async -> PushContext { PushContext() }
}

private struct UnexpectedJournal: PushJournal {
    private func fail() { Issue.record("the command asked for the journal, which was not given") }

    func begin(_ id: PushID, _ started: PushStarted) async -> any PushEntry {
        fail()
        return UnexpectedEntry(id: id, record: .started(started, by: id))
    }

    func pendingNotifications(backend: String, registry: String, owner: String) async
        -> PendingNotifications
    {
        fail()
        return PendingNotifications(toSend: [], superseded: [])
    }

    func append(_ steps: [PushStep], to id: PushID) async -> PushReceipt {
        fail()
        let started = PushStarted(
            destination: "", backend: "", localImage: "", labels: [:],
            startedAt: Timestamp(milliseconds: 0), host: nil, user: nil, cliVersion: "")
        return PushReceipt(record: .started(started, by: id), keeping: .nowhere(reason: ""))
    }
}

private struct UnexpectedEntry: PushEntry {
    let id: PushID
    let record: PushRecord
    var keeping: RecordKeeping { .nowhere(reason: "not given") }
    private var receipt: PushReceipt { PushReceipt(record: record, keeping: keeping) }

    func append(_ steps: [PushStep]) async -> PushReceipt { receipt }
    func appendPushed(
        digest: Digest, mediaType: String?, sizeBytes: Int64?, at: Timestamp
    ) async -> PushReceipt { receipt }
    func finish(_ steps: [PushStep], state: PushState?, at: Timestamp) async -> PushReceipt {
        receipt
    }
    func close() async {}
}
