import EnclaviaCore
import Testing

/// What is written over what, when the words on a notification come in any order.
struct NotifyRecordTests {
    /// What attempts at one notification came to, in the order in which they were made: the outcome and the
    /// number of requests by then.
    private static let story: [(NotifyOutcome, Int)] = [
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

    @Test func `the newest attempt has the last word, in whatever order the words come`() {
        for order in Self.permutations(Self.story) {
            var current = NotifyRecord(outcome: .pending)
            for word in order.map(Self.record) where current.yields(to: word) { current = word }
            #expect(current == Self.record((.delivered, 8)), "\(order)")
        }
    }

    @Test func `a late supersession takes nothing back that was delivered`() {
        for outcome in NotifyOutcome.allCases {
            let current = NotifyRecord(outcome: outcome, attempts: 2)
            let skipped = current.superseded(at: Example.moment)
            #expect(current.yields(to: skipped) == (outcome == .pending || outcome == .failed))
        }
    }

    @Test func `a late time-out takes nothing back`() {
        let timedOut = NotifyRecord(outcome: .pending, attempts: 3)
        for (outcome, attempts) in [(NotifyOutcome.delivered, 3), (.skipped, 3), (.failed, 4)] {
            #expect(!NotifyRecord(outcome: outcome, attempts: attempts).yields(to: timedOut))
        }
        #expect(NotifyRecord(outcome: nil).yields(to: timedOut))
    }

    @Test func `what a backend without a usable connection was not told of is told later`() {
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
            #expect(!error.isTransient, "the same call again does not help")
        }
    }
}
