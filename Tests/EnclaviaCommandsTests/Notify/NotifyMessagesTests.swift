import EnclaviaCommands
import EnclaviaCore
import Testing

/// The message and the exit code of each outcome of a notification.
struct NotifyMessagesTests {
    private struct Row {
        let disposition: NotifyDisposition
        /// The exit code for a pending push, and for a push that the user named.
        let codes: (pending: Int32, named: Int32)
        let message: String?

        init(_ disposition: NotifyDisposition, _ pending: Int32, _ named: Int32, _ message: String?)
        {
            self.disposition = disposition
            codes = (pending, named)
            self.message = message
        }
    }

    private static let rows = [
        Row(.delivered(NotifyResponse(matched: 1, triggered: ["e"])), 0, 0, nil),
        Row(
            .delivered(NotifyResponse(matched: 0, triggered: [])), 0, 0,
            "no enclave is waiting for this image"),
        Row(
            .delivered(NotifyResponse(matched: 1, triggered: [], rejectedNonUpgradable: ["e"])), 1,
            1,
            "not upgradable: e"),
        Row(
            .delivered(NotifyResponse(matched: 2, triggered: ["f"], rejectedNonUpgradable: ["e"])),
            0,
            0, nil),
        Row(
            .failed(.unavailable(url: "u", reason: "r")), 69, 69,
            "the backend at u does not respond: r"),
        Row(.failed(.notFound(what: "push")), 1, 1, "the backend has no push"),
        Row(.notTried, 69, 69, "not sent: the backend did not respond to an earlier notification"),
        Row(.cancelled, 0, 0, "not sent: cancelled"),
        Row(.alreadySent, 0, 0, "another process has notified the backend meanwhile"),
        Row(.held, 0, 69, "another process is notifying the backend"),
        Row(.unreadable(.cancelled), 130, 130, "not sent: cancelled"),
        Row(.unreadable(.locked(path: "/h", seconds: 5)), 74, 74, nil),
        Row(.superseded, 0, 0, nil),
        Row(.impossible(.notSucceeded), 0, 64, "not sent: the push did not succeed"),
        Row(
            .impossible(.otherBackend("https://b\u{1B}[2J")), 0, 64,
            "not sent: it was pushed through https://b\\u{1b}[2J"),
        Row(
            .impossible(.otherOwner("bob")), 0, 64, "not sent: it is in the namespace of bob"),
    ]

    @Test func `each outcome has its sentence and its exit codes`() {
        for row in Self.rows {
            let result = NotifyResult(push: Sample.push(1), disposition: row.disposition)
            let pending = result.conclusion(isNamed: false)
            let named = result.conclusion(isNamed: true)
            #expect(pending.status.rawValue == row.codes.pending, "\(row.disposition)")
            #expect(named.status.rawValue == row.codes.named, "\(row.disposition)")
            #expect(pending.message == named.message)
            if let message = row.message { #expect(pending.message == message) }
        }
    }

    @Test func `the first push that was not delivered decides the exit code`() {
        let (done, held) = (Sample.push(1), Sample.push(2))
        let results = [
            NotifyResult(push: done, disposition: .alreadySent),
            NotifyResult(push: held, disposition: .held),
            NotifyResult(push: Sample.push(3), disposition: .failed(.notFound(what: "x"))),
        ]
        #expect(results.exitStatus(named: []) == .negative)
        #expect(results.exitStatus(named: [held.id]) == .unavailable)
        #expect(Array(results.prefix(2)).exitStatus(named: [done.id]) == .done)
        #expect([NotifyResult]().exitStatus(named: []) == .done)
    }
}
