import EnclaviaCore
import Synchronization
import Testing

/// The tag before and after a push, and what its policy allows.
struct TagInspectionTests {
    private static let foreign = PushOperationTests.foreign
    private static let known = PushOperationTests.known
    private static let away = RegistryError.unavailable(registry: "r", reason: "away")
    private static let old = String(repeating: "1", count: 40)
    private static let new = String(repeating: "2", count: 40)

    private struct Outcome {
        let result: PushResult
        let notices: [PushProgress]
        let log: [String]

        /// Expects that nothing was sent, and that the record says so.
        func expectStopped(_ kind: TagPolicyViolation) {
            let record = result.record
            #expect(result.error == .policy(kind))
            #expect(record.state.outcome == .failed && record.state.failure?.stage == .tag)
            #expect(record.state.manifest == nil)
            #expect(record.notify.outcome == .skipped)
            #expect(record.image != nil && record.reference == Example.reference)
            expectUnsent()
        }

        func expectUnsent() {
            #expect(!log.contains { $0.hasPrefix("tag") || $0 == "push" })
            #expect(!log.contains { $0.hasPrefix("notify") })
        }
    }

    private func push(
        _ policy: TagPolicy, held: [Result<ManifestDescriptor?, RegistryError>],
        after: ManifestDescriptor? = known, labelled: Result<ImageLabels, RegistryError>? = nil,
        label: String? = nil, commits: ScriptedCommits = ScriptedCommits(),
        history: Result<String?, StoreError> = .success(nil),
        pushes: [Result<Digest?, EngineError>] = [.success(Example.digest)], retries: Int = 1
    ) async throws -> Outcome {
        let log = Log()
        let notices = Mutex<[PushProgress]>([])
        let inspected = ScriptedEngine.inspected
        let inspection = EngineInspection(
            image: LocalImage(id: ScriptedEngine.imageID.description, revision: label),
            store: .docker, engine: inspected.engine, sizeBytes: nil)
        let operation = PushOperation(
            PushPorts(
                engine: ScriptedEngine(log, inspection: .success(inspection), pushes: pushes),
                backend: ScriptedBackend(
                    log, accesses: [.success(PushOperationTests.access)],
                    reply: .success(PushOperationTests.delivered)),
                registry: ScriptedRegistry(
                    log: log, byDigest: .success(Self.known), byTag: .success(after), held: held,
                    labelled: labelled),
                journal: MemoryJournal(log, previous: Example.other, commit: history),
                locks: ScriptedLocks(log: log), context: FixedSystem(), commits: commits,
                system: FixedSystem(), errorMessage: { _ in ("kind", "words") }),
            pauses: [], retryMilliseconds: 1
        ) { notice in notices.withLock { $0.append(notice) } }
        let request = PushRequest(
            localImage: "myapp", destination: try Destination("myapp:v1"), labels: [:],
            policies: TagPolicyRules(policy), retries: retries, notifies: true, cliVersion: "1")
        let result = await operation.run(request)
        return Outcome(result: result, notices: notices.withLock { $0 }, log: log.all)
    }

    @Test func `the previous digest comes from the registry`() async throws {
        let created = try await push(.move, held: [.success(nil)])
        #expect(created.result.record.state.manifest?.tagChange == .created)
        #expect(created.result.record.state.manifest?.previousDigest == nil)
        let moved = try await push(.move, held: [.success(Self.foreign)])
        #expect(moved.result.record.state.manifest?.tagChange == .moved)
        #expect(moved.result.record.state.manifest?.previousDigest == Example.other)
        #expect(moved.result.record.state.manifest?.tagChangeSource == .registry)
    }

    @Test func `without the registry, move warns and takes the previous digest from the history`()
        async throws
    {
        let outcome = try await push(.move, held: [.failure(Self.away)])
        let manifest = try #require(outcome.result.record.state.manifest)
        #expect(manifest.tagChangeSource == .history && manifest.previousDigest == Example.other)
        #expect(outcome.notices.contains(.warning(.tagUnknown(Example.reference, Self.away))))
    }

    @Test(arguments: [TagPolicy.keep, .refuse, .forward])
    func `without the registry, every other policy stops before anything is sent`(
        _ policy: TagPolicy
    ) async throws {
        let outcome = try await push(policy, held: [.failure(Self.away), .failure(Self.away)])
        #expect(outcome.result.error == .registry(Self.away, stage: .tag))
        outcome.expectUnsent()
    }

    @Test func `a registry that does not answer once is queried again`() async throws {
        let outcome = try await push(.refuse, held: [.failure(Self.away), .success(nil)])
        #expect(outcome.result.error == nil)
        #expect(outcome.log.filter { $0.hasPrefix("ask by tag") }.count == 4)
    }

    /// The answer to the push was lost, so the image under the tag is its own.
    @Test func `a push that arrived although the engine failed is not recorded as kept`()
        async throws
    {
        let outcome = try await push(
            .keep, held: [.success(nil), .success(Self.known)], pushes: [.failure(Self.busy)])
        #expect(outcome.result.error == nil)
        #expect(outcome.result.record.localImage == "myapp")
        #expect(outcome.result.record.state.manifest?.tagChange == .created)
    }

    @Test func `another digest under the tag after the push is only a warning`()
        async throws
    {
        let outcome = try await push(.move, held: [.success(nil)], after: Self.foreign)
        #expect(outcome.result.error == nil)
        #expect(outcome.result.record.state.manifest?.digest == Example.digest)
        let warning = PushWarning.tagOverwritten(
            Example.reference, pushed: Example.digest, held: Example.other)
        #expect(outcome.notices.contains(.warning(warning)))
        let quiet = try await push(.move, held: [.success(nil)])
        #expect(
            !quiet.notices.contains {
                if case .warning(.tagOverwritten) = $0 { true } else { false }
            })
    }

    @Test func `refuse stops at another image, and allows a new tag and the same image`()
        async throws
    {
        try await push(.refuse, held: [.success(Self.foreign)])
            .expectStopped(.tagExists(Example.reference, Example.other))
        #expect(try await push(.refuse, held: [.success(nil)]).result.error == nil)
        #expect(try await push(.refuse, held: [.success(Self.known)]).result.error == nil)
    }

    /// In Docker's classic store an image's id is its config digest, which an index does not have.
    @Test func `an image that cannot be compared counts as another image`() async throws {
        let index = ManifestDescriptor(
            digest: Example.other, mediaType: "index", children: [Example.digest])
        try await push(.refuse, held: [.success(index)])
            .expectStopped(.tagExists(Example.reference, Example.other))
        let own = ManifestDescriptor(
            digest: Example.other, mediaType: "index", children: [ScriptedEngine.imageID])
        #expect(try await push(.refuse, held: [.success(own)]).result.error == nil)
    }

    @Test func `keep records the existing image, and sends only the notification`()
        async throws
    {
        let labels = ImageLabels(revision: "r1", source: "s1")
        let outcome = try await push(
            .keep, held: [.success(Self.foreign)], labelled: .success(labels))
        #expect(outcome.result.error == nil)
        #expect(!outcome.log.contains { $0.hasPrefix("tag") || $0 == "push" })
        let record = outcome.result.record
        #expect(record.localImage == Example.other.description)
        #expect(record.image == nil && record.keptLabels == labels)
        #expect(record.context.gitCommit == nil && record.context.host == "laptop")
        let manifest = try #require(record.state.manifest)
        #expect(manifest.digest == Example.other && manifest.isVerified)
        #expect(manifest.tagChange == .unchanged && manifest.tagChangeSource == .registry)
        #expect(record.notify.outcome == .delivered)
        #expect(PushJSON(record).isKept)
        #expect(try PushJSON(record).record() == record)
    }

    @Test func `keep pushes if the tag does not exist`() async throws {
        let outcome = try await push(.keep, held: [.success(nil)])
        #expect(outcome.log.contains("push"))
        #expect(outcome.result.record.localImage == "myapp")
    }

    @Test func `forward allows a push over an ancestor, and stops otherwise`() async throws {
        for (order, isAllowed) in [(true, true), (false, false)] {
            let outcome = try await push(
                .forward, held: [.success(Self.foreign)],
                labelled: .success(ImageLabels(revision: Self.old)), label: Self.new,
                commits: ScriptedCommits(commit: Self.new, order: .success(order)))
            if isAllowed {
                #expect(outcome.result.error == nil)
            } else {
                outcome.expectStopped(
                    .tagNewer(Example.reference, Example.other, held: Self.old, new: Self.new))
            }
        }
    }

    @Test func `forward allows a new tag, the same image and the same commit`() async throws {
        #expect(try await push(.forward, held: [.success(nil)]).result.error == nil)
        #expect(try await push(.forward, held: [.success(Self.known)]).result.error == nil)
        let same = try await push(
            .forward, held: [.success(Self.foreign)],
            labelled: .success(ImageLabels(revision: Self.new)), label: Self.new)
        #expect(same.result.error == nil)
    }

    @Test func `without labels the commits come from the checkout and the history`() async throws {
        let outcome = try await push(
            .forward, held: [.success(Self.foreign)], labelled: .success(.none),
            commits: ScriptedCommits(commit: Self.new, order: .success(true)),
            history: .success(Self.old))
        #expect(outcome.result.error == nil)
    }

    private struct Unknown: Sendable {
        var label: String?
        var head: String?
        var held: String?
        var order: CommitGraphError?
        let reason: UnknownOrder
    }

    private static let unknowns = [
        Unknown(label: "--upload-pack=x", reason: .badLabel("--upload-pack=x", .local)),
        Unknown(label: "abc123", head: new, reason: .badLabel("abc123", .local)),
        Unknown(label: old, head: new, reason: .labelIsNotHead(label: old, head: new)),
        Unknown(reason: .noCommit),
        Unknown(label: new, held: "v1.2", reason: .badLabel("v1.2", .registry)),
        Unknown(label: new, reason: .noHeldCommit),
        Unknown(label: new, held: old, order: .noCheckout, reason: .graph(.noCheckout)),
        Unknown(head: new, held: old, order: .shallow, reason: .graph(.shallow)),
    ]

    @Test(arguments: unknowns)
    private func `an order that is unknown stops forward`(_ unknown: Unknown) async throws {
        let outcome = try await push(
            .forward, held: [.success(Self.foreign)],
            labelled: .success(ImageLabels(revision: unknown.held)), label: unknown.label,
            commits: ScriptedCommits(
                commit: unknown.head, order: unknown.order.map(Result.failure)))
        outcome.expectStopped(.orderUnknown(Example.reference, Example.other, unknown.reason))
    }

    @Test(arguments: [
        CommitGraphError.noGit, .unusableGit(path: "/bin/git", .empty),
    ])
    private func `without a working git the commits come from the labels`(
        _ fault: CommitGraphError
    ) async throws {
        let labelled = try await push(
            .forward, held: [.success(Self.foreign)],
            labelled: .success(ImageLabels(revision: Self.new)), label: Self.new,
            commits: ScriptedCommits(fault: fault))
        #expect(labelled.result.error == nil)
        let bare = try await push(
            .forward, held: [.success(Self.foreign)],
            labelled: .success(ImageLabels(revision: Self.new)), label: nil,
            commits: ScriptedCommits(fault: fault))
        bare.expectStopped(.orderUnknown(Example.reference, Example.other, .graph(fault)))
    }

    private static let busy = PushOperationTests.busy

    @Test func `the policy is checked before each attempt`() async throws {
        let outcome = try await push(
            .refuse, held: [.success(nil), .success(Self.foreign)],
            pushes: [.failure(Self.busy)], retries: 5)
        #expect(
            outcome.result.error == .policy(.tagExists(Example.reference, Example.other)))
        #expect(outcome.log.filter { $0 == "push" }.count == 1)
        #expect(outcome.result.record.state.manifest == nil)
    }

    @Test func `a push that arrived although it failed is not sent again`() async throws {
        let outcome = try await push(
            .move, held: [.success(Self.foreign), .success(Self.known)],
            pushes: [.failure(Self.busy)], retries: 5)
        #expect(outcome.result.error == nil)
        #expect(outcome.result.record.state.manifest?.previousDigest == Example.other)
        #expect(outcome.log.filter { $0 == "push" }.count == 1)
    }

    @Test(arguments: [0, 1, 3])
    func `a transient failure is retried as often as --retry says`(_ retries: Int) async throws {
        let outcome = try await push(
            .move, held: [], after: nil,
            pushes: Array(repeating: .failure(Self.busy), count: retries + 1), retries: retries)
        #expect(outcome.result.error == .engine(Self.busy, stage: .push))
        #expect(outcome.log.filter { $0 == "push" }.count == retries + 1)
    }

    @Test func `a registry that asks for a pause of over half a minute is not tried again`()
        async throws
    {
        let later = EngineError.busy(name: "r", output: "429", retryAfter: .seconds(31))
        let outcome = try await push(
            .move, held: [], after: nil, pushes: [.failure(later)], retries: 5)
        #expect(outcome.log.filter { $0 == "push" }.count == 1)
    }
}
