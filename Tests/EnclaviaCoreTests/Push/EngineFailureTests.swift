import EnclaviaCore
import Testing

/// An engine that fails although its push is in the registry.
struct EngineFailureTests {
    static let known = PushOperationTests.known
    static let afterPush = EngineError.failedAfterPush(
        reference: "r", digest: Example.digest, output: "no signature")

    private static func warned(_ error: EngineError, isUnsigned: Bool = false) -> PushProgress {
        .warning(.engineFailed(Example.reference, error, isUnsigned: isUnsigned))
    }

    @Test(arguments: [false, true])
    func `an engine failure after the digest is a warning, and the push succeeds`(signs: Bool)
        async throws
    {
        let (result, notices, _) = try await PushOperationTests().push(
            pushes: [.failure(Self.afterPush)], signs: signs)
        #expect(result.error == nil)
        #expect(result.record.state.manifest?.digest == Example.digest)
        #expect(result.record.notify.outcome == .delivered)
        #expect(result.isUnsigned == signs)
        #expect(notices.contains(Self.warned(Self.afterPush, isUnsigned: signs)))
    }

    @Test func `an engine failure fails the push if the registry does not confirm its digest`()
        async throws
    {
        for response in [
            Result<ManifestDescriptor?, RegistryError>.success(nil),
            .failure(.unavailable(registry: "r", reason: "away")),
        ] {
            let (result, notices, _) = try await PushOperationTests().push(
                pushes: [.failure(Self.afterPush)], byDigest: response, signs: true)
            #expect(result.error == .engine(Self.afterPush, stage: .push))
            #expect(!result.isUnsigned)
            #expect(!notices.contains(Self.warned(Self.afterPush, isUnsigned: true)))
        }
    }

    @Test func `a failure without a digest is a warning if the image has arrived`() async throws {
        let broken = PushOperationTests.broken
        let failed = try await PushOperationTests().push(
            pushes: [.failure(broken)], byTag: .success(Self.known))
        #expect(failed.result.error == nil)
        #expect(!failed.result.isUnsigned)
        #expect(failed.notices.contains(Self.warned(broken)))

        // The same after a transient failure, if the next query of the tag finds the image.
        let busy = PushOperationTests.busy
        let late = try await PushOperationTests().push(
            pushes: [.failure(busy)], held: [.success(nil), .success(Self.known)], signs: true)
        #expect(late.result.error == nil)
        #expect(late.result.isUnsigned)
        #expect(late.notices.contains(Self.warned(busy, isUnsigned: true)))
    }

    @Test func `a push that succeeds at its second attempt is signed`() async throws {
        let (result, notices, _) = try await PushOperationTests().push(
            pushes: [.failure(PushOperationTests.busy), .success(Example.digest)], signs: true)
        #expect(result.error == nil)
        #expect(!result.isUnsigned)
        #expect(!notices.contains(Self.warned(PushOperationTests.busy, isUnsigned: true)))
    }
}
