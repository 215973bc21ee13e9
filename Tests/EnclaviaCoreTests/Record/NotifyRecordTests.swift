import EnclaviaCore
import Testing

/// Which result replaces which, if the results of a notification arrive in any order.
struct NotifyRecordTests {
    /// The results of the attempts at one notification, in order: the outcome, and the number of requests so
    /// far.
    private static let timeline: [(NotifyOutcome, Int)] = [
        (.pending, 3), (.failed, 4), (.pending, 6), (.delivered, 7), (.delivered, 8),
    ]

    private static func record(_ word: (NotifyOutcome, Int)) -> NotifyRecord {
        NotifyRecord(outcome: word.0, attempts: word.1)
    }

    private static func permutations<Element>(_ list: [Element]) -> [[Element]] {
        guard let first = list.first else { return [[]] }
        return permutations(Array(list.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in
                rest[..<place] + [first] + rest[place...]
            }
        }
    }

    @Test func `the newest attempt wins, regardless of the order of the results`() {
        for order in Self.permutations(Self.timeline) {
            var current = NotifyRecord(outcome: .pending)
            for word in order.map(Self.record) where current.isSuperseded(by: word) {
                current = word
            }
            #expect(current == Self.record((.delivered, 8)), "\(order)")
        }
    }

    @Test func `a late supersession replaces only a pending or failed notification`() {
        for outcome in NotifyOutcome.allCases {
            let current = NotifyRecord(outcome: outcome, attempts: 2)
            let skipped = current.superseded(at: Example.moment)
            #expect(
                current.isSuperseded(by: skipped) == (outcome == .pending || outcome == .failed))
        }
    }

    @Test func `a late time-out does not replace another result`() {
        let timedOut = NotifyRecord(outcome: .pending, attempts: 3)
        for (outcome, attempts) in [(NotifyOutcome.delivered, 3), (.skipped, 3), (.failed, 4)] {
            #expect(!NotifyRecord(outcome: outcome, attempts: attempts).isSuperseded(by: timedOut))
        }
        #expect(NotifyRecord(outcome: nil).isSuperseded(by: timedOut))
    }

    @Test func `a notification without a usable connection stays pending`() {
        let faults: [ConnectionFault] = [
            .certificate(host: "api.example.com", .selfSigned),
            .proxy(address: "proxy:3128", host: "api.example.com", status: 403),
        ]
        for fault in faults {
            let error = BackendError.unreachable(url: "https://api.example.com", fault)
            let record = NotifyRecord(
                NotifyReply(result: .failure(error), attempts: 1), before: 2, at: Example.moment,
                errorMessage: { _ in ("kind", "words") })
            #expect(record.outcome == .pending && record.attempts == 3)
            #expect(!error.isTransient, "a retry of the same call does not help")
        }
    }
}
