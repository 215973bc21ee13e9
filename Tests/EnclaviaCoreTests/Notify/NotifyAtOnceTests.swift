import EnclaviaCore
import Synchronization
import Testing

/// Notifications of several references at once.
@Suite struct NotifyAtOnceTests {
    private let pushes = (1...20).map { NotifyFixture.push($0, tag: "v\($0)") }

    @Test func `several references are notified at once, and the results come in their order`()
        async throws
    {
        // Each waits until all of those at once were sent, and the first of them the longest.
        let sent = Mutex(0)
        let backend = NotifyBackend { notification in
            let all = notification.reference.tag == "v1" ? 1 : 1 + NotifyOperation.requestsAtOnce
            sent.withLock { $0 += 1 }
            for _ in 0..<1_000_000 where sent.withLock({ $0 }) < all { await Task.yield() }
            if notification.reference.tag == "v2" {
                for _ in 0..<2_000 { await Task.yield() }
            }
            return .success(NotifyFixture.response)
        }
        let journal = NotifyJournal(pushes)
        let results = try await NotifyFixture.operation(backend, journal).results(of: pushes)
        #expect(backend.most == NotifyOperation.requestsAtOnce)
        #expect(results.map(\.push.id) == pushes.map(\.id))
        #expect(results.allSatisfy { $0.notify.outcome == .delivered })
        #expect(backend.keys.sorted() == pushes.map { "\($0.id)/1" }.sorted())
    }

    @Test func `one reference is notified by one request at a time, in the order of the pushes`()
        async throws
    {
        let backend = NotifyBackend([.success(NotifyFixture.response)])
        let same = (1...10).map { NotifyFixture.push($0) }
        _ = try await NotifyFixture.operation(backend, NotifyJournal(same)).results(of: same)
        #expect(backend.most == 1)
        #expect(backend.keys == same.map { "\($0.id)/1" })
    }

    @Test func `a backend that is unavailable gets one request at a time, and three in all`()
        async throws
    {
        let backend = NotifyBackend([.failure(NotifyFixture.down)])
        let results = try await NotifyFixture.operation(backend, NotifyJournal(pushes))
            .results(of: pushes)
        #expect(backend.most == 1 && backend.keys.count == NotifyOperation.maxRetries)
        #expect(
            results.dropFirst(3).map(\.disposition)
                == Array(repeating: NotifyDisposition.notTried, count: 17))
    }

    @Test func `a backend that becomes unavailable gets what was under way, and no more`()
        async throws
    {
        let backend = NotifyBackend { notification in
            notification.reference.tag == "v1"
                ? .success(NotifyFixture.response) : .failure(NotifyFixture.down)
        }
        let journal = NotifyJournal(pushes)
        let results = try await NotifyFixture.operation(backend, journal).results(of: pushes)
        let sent = 1 + NotifyOperation.requestsAtOnce
        #expect(backend.keys.count == sent)
        #expect(results.map(\.push.id) == pushes.map(\.id))
        #expect(
            results.map(\.disposition) == [.delivered(NotifyFixture.response)]
                + Array(repeating: .failed(NotifyFixture.down), count: sent - 1)
                + Array(repeating: .notTried, count: pushes.count - sent))
        #expect(journal.outcomes.count == sent)
    }

    @Test func `credentials that are refused end the run, and no result of the others is lost`()
        async throws
    {
        let refusal = BackendError.unauthorized(reason: .rejected)
        let backend = NotifyBackend { notification in
            notification.reference.tag == "v4"
                ? .failure(refusal) : .success(NotifyFixture.response)
        }
        let journal = NotifyJournal(pushes)
        var reported: [PushID] = []
        await #expect(throws: refusal) {
            try await NotifyFixture.operation(backend, journal).send(pushes) {
                reported.append($0.push.id)
            }
        }
        let sent = Set(backend.keys.map { String($0.prefix { $0 != "/" }) })
        #expect(sent.count > 4 && sent.count < pushes.count)
        #expect(Set(reported.map(\.text)) == sent.subtracting([pushes[3].id.text]))
        #expect(journal.outcomes == Array(repeating: .delivered, count: sent.count - 1))
    }

    @Test func `after refused credentials, no push is reported that was not reached`()
        async throws
    {
        let refusal = BackendError.unauthorized(reason: .rejected)
        let backend = NotifyBackend { _ in .failure(refusal) }
        let foreign = NotifyFixture.push(90, backend: "https://other.example.com", tag: "v90")
        var reported: [PushID] = []
        await #expect(throws: refusal) {
            try await NotifyFixture.operation(backend, NotifyJournal(pushes)).send(
                pushes + [foreign]
            ) { reported.append($0.push.id) }
        }
        #expect(reported == [])
    }

    @Test func `after a signal, each push has a result, and the rest is not sent`() async throws {
        let started = Mutex(0)
        let backend = NotifyBackend { notification in
            if notification.reference.tag == "v1" { return .success(NotifyFixture.response) }
            started.withLock { $0 += 1 }
            while !Task.isCancelled { await Task.yield() }
            return .failure(.cancelled(url: "https://api.example.com"))
        }
        let pushes = pushes
        let journal = NotifyJournal(pushes)
        let run = Task {
            try await NotifyFixture.operation(backend, journal).results(of: pushes)
        }
        while started.withLock({ $0 }) < NotifyOperation.requestsAtOnce { await Task.yield() }
        run.cancel()
        let results = try await run.value
        #expect(results.map(\.push.id) == pushes.map(\.id))
        #expect(backend.keys.count == 1 + NotifyOperation.requestsAtOnce)
        #expect(
            results.dropFirst(1 + NotifyOperation.requestsAtOnce).allSatisfy {
                $0.disposition == .cancelled
            })
    }

    @Test func `what cannot be sent is reported before the handle is queried`() async throws {
        let backend = NotifyBackend { _ in .success(NotifyFixture.response) }
        let pushes = [NotifyFixture.push(1, state: .interrupted)] + pushes
        var reported: [NotifyDisposition] = []
        await #expect(throws: BackendError.notFound(what: "registry")) {
            try await NotifyFixture.operation(backend, NotifyJournal(pushes), handle: nil)
                .send(pushes) { reported.append($0.disposition) }
        }
        #expect(reported == [.impossible(.notSucceeded)])
        #expect(backend.keys.isEmpty)
    }
}
