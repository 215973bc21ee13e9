import EnclaviaCommands
import EnclaviaCore
import Testing

/// The exit code of each way in which a push may end.
struct PushEndTests {
    private static let silent = BackendError.unavailable(url: "https://x.example", reason: "no")
    private static let nowhere = RecordLocation.nowhere(reason: "no space")

    private static let noSpace = UserError(.output, "the digest file could not be written: full")

    private static let codes: [(PushEnd, Int32)] = [
        (.withoutFile(noSpace), 74), (.ended(by: .hangup), 129),
        (.ended(by: .interrupted), 130), (.ended(by: .quit), 131), (.ended(by: .terminated), 143),
        (.unrecorded, 73), (.unshown, 74), (.unsigned, 69), (.notNotified, 75), (.done, 0),
    ]

    @Test func `each end has its exit code, and only a file that was not written has an error`() {
        for (end, code) in Self.codes {
            let (error, status) = end.conclusion
            #expect(status.rawValue == code, "\(end)")
            if case .withoutFile = end {
                #expect(error == Self.noSpace)
            } else {
                #expect(error == nil, "\(end)")
            }
        }
    }

    private func end(
        _ location: RecordLocation = .store, isUnsigned: Bool = false, isNotified: Bool = true,
        required: Bool = true, unwritten: UserError? = nil,
        signal: EnclaviaCommands.ExitStatus? = nil,
        isShown: Bool = true
    ) -> PushEnd {
        let result = PushResult(
            record: Sample.push(1), location: location,
            notifyError: isNotified ? nil : Self.silent, isUnsigned: isUnsigned)
        return PushEnd(
            result, requiresNotify: required, unwritten: unwritten, signal: signal,
            isShown: isShown)
    }

    @Test func `the most serious of several ends decides the exit code`() {
        #expect(end() == .done)
        #expect(end(isNotified: false, required: false) == .done)
        #expect(end(isNotified: false) == .notNotified)
        #expect(end(isUnsigned: true, isNotified: false) == .unsigned)
        #expect(end(isUnsigned: true, isNotified: false, isShown: false) == .unshown)
        #expect(end(Self.nowhere, isUnsigned: true, isShown: false) == .unrecorded)
        #expect(end(Self.nowhere, signal: .interrupted, isShown: false) == .ended(by: .interrupted))
        #expect(
            end(Self.nowhere, unwritten: Self.noSpace, signal: .interrupted)
                == .withoutFile(Self.noSpace))
    }

    @Test func `a record in the spool counts as recorded`() {
        #expect(end(.spool(path: "/s", reason: "r", isVolatile: true)) == .done)
    }

    @Test func `a failed push ends with its error's exit code, stage and push id`() throws {
        let push = Sample.push(1)
        let failed = try #require(
            PushResult(record: push, location: .store, error: .noDigest(reference: "r")).failure)
        #expect(failed.exitStatus == .protocolViolation)
        #expect(failed.stage == .push && failed.pushID == push.id)
        #expect(PushResult(record: push, location: .store).failure == nil)
        #expect(PushResult(record: push, location: .store, notifyError: Self.silent).failure == nil)
    }

    @Test func `a push that no enclave can use exits with 1`() throws {
        let push = Sample.push(1) {
            $0.notify.response = NotifyResponse(
                matched: 2, triggered: [], rejectedNonUpgradable: ["e1", "e2"])
        }
        let failure = try #require(PushResult(record: push, location: .store).failure)
        #expect(failure.kind == .nonUpgradable && failure.exitStatus == .negative)
        #expect(failure.message.contains("e1, e2") && failure.pushID == push.id)
    }
}
