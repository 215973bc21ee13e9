import EnclaviaCore
import EnclaviaStore
import Foundation
import TestSupport
import Testing

/// No secret of a step is written to the store, the event log or a spool file.
struct JournalSecretsTests {
    private static let token = "secret+0123456789/abcdef"

    let store: TemporaryStore
    private let secrets = SecretScrubber()
    private let forms = SecretForms([Self.token])

    init() throws {
        store = try TemporaryStore()
        secrets.add(Secret(Self.token))
    }

    private func journal() -> StoreJournal {
        StoreJournal(
            paths: store.paths,
            log: EventLog(setting: nil, paths: store.paths, workingDirectory: store.root),
            system: store.clock, secrets: secrets)
    }

    /// A failed push with the token in its message and its labels.
    private func push(in journal: StoreJournal) async -> PushReceipt {
        let basic = Data("alice:\(Self.token)".utf8).base64EncodedString()
        let entry = await SamplePush(labels: ["note": Self.token]).begin(in: journal, store.clock)
        let failure = PushFailure(
            stage: .login, kind: "refused", message: "wrong header Basic \(basic)")
        let receipt = await entry.finish(
            PushEnding(.failed(failure, contradicted: nil), at: store.clock.now()))
        await entry.close()
        return receipt
    }

    private func filesWithSecret() throws -> [String] { try forms.files(below: [store.root]) }

    @Test func `the store and the event log contain no secret of the steps`() async throws {
        let journal = journal()
        let receipt = await push(in: journal)
        #expect(receipt.location == .store)
        #expect(receipt.record.labels == ["note": "•••"])
        #expect(receipt.record.state.failure?.message == "wrong header Basic YWxpY2U6•••")
        _ = await journal.append(
            [.notified(NotifyRecord(outcome: .failed, attempts: 1, message: Self.token))],
            to: receipt.record.id)
        try await journal.remember(
            [
                Enclave(
                    id: "e-1", name: "named \(Self.token)", dockerImage: nil, status: "running",
                    instanceType: nil, createdAt: nil, isArchived: false)
            ], at: "https://api.example")
        _ = await journal.finishLog()
        #expect(try filesWithSecret() == [])
        #expect(try store.history().verify(head: nil) { _ in }.difference == nil)
        #expect(try store.history().record(receipt.record.id)?.notify.message == "•••")
    }

    @Test func `the spool contains no secret of the steps`() async throws {
        let directory = URL(filePath: store.paths.database.string)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let receipt = await push(in: journal())
        guard case .spool = receipt.location else {
            Issue.record("\(receipt.location)")
            return
        }
        #expect(try filesWithSecret() == [])
        try FileManager.default.removeItem(at: directory)
        #expect(try await store.journal().recover().recoveredPushes == [receipt.record.id])
        #expect(
            try store.history().record(receipt.record.id)?.state.failure?.message
                == "wrong header Basic YWxpY2U6•••")
    }
}
