import EnclaviaCommands
import EnclaviaCore
import Testing

/// The message and the exit code of each outcome of a reconciliation.
struct ReconcileMessagesTests {

    private static func resolved(
        _ outcome: ReconcileOutcome, _ error: RegistryError? = nil,
        location: RecordLocation = .store
    ) -> ResolvedPush {
        let push = Sample.push(1)
        return ResolvedPush(
            record: push, outcome: outcome, receipt: PushReceipt(record: push, location: location),
            error: error)
    }

    private static func status(_ pushes: ResolvedPush...) -> EnclaviaCommands.ExitStatus {
        ReconcileReport(recovered: RecoverySummary(), pushes: pushes).exitStatus
    }

    private static let bad: [ReconcileOutcome: Int32] = [
        .contradicted: 76, .otherImage: 76, .refused: 69, .notOurs: 1,
    ]
    private static let refused = resolved(
        .refused, .refused(registry: "r", status: 400, message: "no"))

    @Test func `each outcome has a sentence of its own and its exit code`() {
        let conclusions = ReconcileOutcome.allCases.map { ($0, Self.resolved($0).conclusion) }
        #expect(Set(conclusions.map(\.1.message)).count == ReconcileOutcome.allCases.count)
        for (outcome, conclusion) in conclusions {
            #expect(conclusion.status.rawValue == Self.bad[outcome] ?? 0, "\(outcome)")
            #expect(Self.status(Self.resolved(outcome)) == conclusion.status)
        }
    }

    @Test func `a registry error takes precedence over the outcome`() {
        #expect(Self.refused.conclusion.message.contains("refused (400): no"))
        #expect(Self.refused.conclusion.status == .unavailable)
        let denied = Self.resolved(.contradicted, .protocolViolation(registry: "r", detail: "odd"))
        #expect(denied.conclusion.status == .protocolViolation)
    }

    @Test func `a lost record decides the exit code before a refusal, and that before the rest`() {
        let lost = Self.resolved(.verified, location: .nowhere(reason: "full\u{1B}[2J"))
        let (other, notOurs) = (Self.resolved(.otherImage), Self.resolved(.notOurs))
        #expect(Self.status() == .done)
        #expect(Self.status(notOurs, other, Self.refused, lost) == .store)
        #expect(Self.status(notOurs, other, Self.refused) == .unavailable)
        #expect(Self.status(notOurs, other) == .protocolViolation)
        #expect(
            lost.loss?.warning.hasSuffix("could not be recorded anywhere: full\\u{1b}[2J") == true)
        #expect(notOurs.loss == nil)
    }

    @Test func `an unavailable service fails the command, with a count of the unresolved pushes`()
        throws
    {
        let pushes = [
            Self.resolved(.arrived), Self.resolved(.unanswered), Self.resolved(.unanswered),
        ]
        let problems: [(ReconcileProblem, EnclaviaCommands.ExitStatus)] = [
            (.backend(.notLoggedIn(backend: "b")), .notLoggedIn),
            (.registry(.unavailable(registry: "r", reason: "x")), .unavailable),
        ]
        for (problem, status) in problems {
            let report = ReconcileReport(
                recovered: RecoverySummary(), pushes: pushes, problem: problem)
            let failure = try #require(report.failure)
            #expect(failure.exitStatus == status)
            #expect(failure.hint?.hasPrefix("resolved: 1, unchanged: 2; run") == true)
        }
        #expect(ReconcileReport(recovered: RecoverySummary(), pushes: pushes).failure == nil)
    }
}
