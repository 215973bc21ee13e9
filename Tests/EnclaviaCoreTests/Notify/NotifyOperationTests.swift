import EnclaviaCore
import Synchronization
import Testing

@Suite struct NotifyOperationTests {
    @Test func `a retry keeps its key unless the backend has answered or the user names the push`()
        async throws
    {
        let pushes = [
            NotifyFixture.push(1, attempts: 3, outcome: .pending),
            NotifyFixture.push(2, attempts: 1, outcome: .failed),
            NotifyFixture.push(3, attempts: 2, outcome: .delivered),
            NotifyFixture.push(4, attempts: 1, outcome: .pending),
            // Refused once, and retried without an answer.
            NotifyFixture.push(5, attempts: 5, outcome: .pending),
        ]
        let backend = NotifyBackend([.success(NotifyFixture.response)])
        let journal = NotifyJournal(pushes, answered: [pushes[4].id])
        let results = try await NotifyFixture.operation(backend, journal).results(
            of: pushes, named: [pushes[2].id, pushes[3].id])
        #expect(
            backend.keys == [
                "\(pushes[0].id)", "\(pushes[1].id)/2", "\(pushes[2].id)/3", "\(pushes[3].id)/2",
                "\(pushes[4].id)/6",
            ])
        #expect(journal.outcomes == Array(repeating: .delivered, count: 5))
        #expect(
            results.map(\.disposition)
                == Array(repeating: .delivered(NotifyFixture.response), count: 5))
        #expect(results.map(\.notify.attempts) == [4, 2, 3, 2, 6])
    }

    @Test func `a refusal is recorded as failed, and no answer as pending`() async throws {
        let refusal = BackendError.refused(status: 422, message: "no such image")
        let pushes = [NotifyFixture.push(1), NotifyFixture.push(2)]
        let journal = NotifyJournal(pushes)
        let results = try await NotifyFixture.operation(
            NotifyBackend([.failure(refusal), .failure(NotifyFixture.down)]), journal
        )
        .results(of: pushes)
        #expect(journal.outcomes == [.failed, .pending])
        #expect(results.map(\.disposition) == [.failed(refusal), .failed(NotifyFixture.down)])
    }

    @Test func `a backend that does not answer is not tried for the remaining pushes`() async throws
    {
        let backend = NotifyBackend([.failure(NotifyFixture.down)])
        let pushes = (1...5).map { NotifyFixture.push($0) }
        let results = try await NotifyFixture.operation(backend, NotifyJournal(pushes)).results(
            of: pushes)
        #expect(backend.keys.count == NotifyOperation.maxRetries)
        #expect(results.suffix(2).map(\.disposition) == [.notTried, .notTried])
    }

    @Test func `refused credentials end the run and are not recorded for a push`()
        async throws
    {
        let pushes = (1...3).map { NotifyFixture.push($0) }
        let journal = NotifyJournal(pushes)
        let backend = NotifyBackend([
            .success(NotifyFixture.response), .failure(.unauthorized(reason: .rejected)),
        ])
        await #expect(throws: BackendError.unauthorized(reason: .rejected)) {
            try await NotifyFixture.operation(backend, journal).results(of: pushes)
        }
        #expect(journal.outcomes == [.delivered])
        #expect(backend.keys.count == 2)
    }

    @Test func `an unknown handle is queried once, and other owners' pushes are not sent`()
        async throws
    {
        let pushes = [NotifyFixture.push(1), NotifyFixture.push(2)]
        let backend = NotifyBackend([.success(NotifyFixture.response)], handle: "bob")
        let results = try await NotifyFixture.operation(backend, NotifyJournal(pushes), handle: nil)
            .results(of: pushes)
        #expect(
            results.map(\.disposition)
                == Array(repeating: .impossible(.otherOwner("alice")), count: 2))
        #expect(backend.questions == 1)
        #expect(backend.keys.isEmpty)

        let own = NotifyBackend([.success(NotifyFixture.response)], handle: "alice")
        _ = try await NotifyFixture.operation(own, NotifyJournal(pushes), handle: nil).results(
            of: pushes)
        #expect(own.questions == 1 && own.keys.count == 2)

        let idle = NotifyBackend([.success(NotifyFixture.response)])
        _ = try await NotifyFixture.operation(idle, NotifyJournal(), handle: nil).results(of: [
            NotifyFixture.push(state: .interrupted)
        ])
        #expect(idle.questions == 0)
    }

    /// The list may be outdated: the record and the newest push are read again when its turn comes.
    @Test func `a push that is no longer pending when its turn comes is not sent`() async throws {
        let listed = [NotifyFixture.push(1), NotifyFixture.push(2), NotifyFixture.push(3)]
        let now = [
            NotifyFixture.push(1, attempts: 2),
            NotifyFixture.push(2, attempts: 1, outcome: .delivered),
        ]
        let backend = NotifyBackend([.success(NotifyFixture.response)])
        let journal = NotifyJournal(now, newest: NotifyFixture.push(9).id)
        let results = try await NotifyFixture.operation(backend, journal).results(of: listed)
        #expect(results.map(\.disposition) == [.superseded, .alreadySent, .held])
        #expect(results.map(\.notify.outcome) == [.skipped, .delivered, .failed])
        #expect(results[0].notify.attempts == 2)
        #expect(journal.outcomes == [.skipped])
        #expect(backend.keys.isEmpty)
    }

    @Test func `pending pushes come oldest first`() throws {
        var history = EmptyHistory()
        let (newer, older) = (
            NotifyFixture.push(2, attempts: 1), NotifyFixture.push(1, attempts: 2)
        )
        history.owed = PendingNotifications(
            toSend: [newer, older], superseded: [newer, older])
        let pending = try NotifyFixture.operation(
            NotifyBackend([.success(NotifyFixture.response)]), NotifyJournal(), history: history
        ).pending()
        #expect(pending.toSend == [older, newer])
        #expect(pending.superseded == [older, newer])
    }

    @Test func `a push of another owner or backend, or without success, is not sent`() async throws
    {
        let backend = NotifyBackend([.success(NotifyFixture.response)])
        let results = try await NotifyFixture.operation(backend, NotifyJournal(), handle: "bob")
            .results(of: [
                NotifyFixture.push(), NotifyFixture.push(backend: "https://other.example.com"),
                NotifyFixture.push(state: .interrupted),
            ])
        #expect(
            results.map(\.disposition) == [
                .impossible(.otherOwner("alice")),
                .impossible(.otherBackend("https://other.example.com")),
                .impossible(.notSucceeded),
            ])
        #expect(backend.keys.isEmpty)
    }
}
