import EnclaviaCore
import Synchronization
import Testing

/// A checkout with a commit.
private struct CheckedOut: ContextProbe {
    static let commit = String(repeating: "c0ffee00", count: 5)

    func identity() -> (host: String?, user: String?) { ("laptop", "alice") }
    func gather() async -> PushContext {
        PushContext(
            host: "laptop", user: "alice", gitCommit: Self.commit, gitBranch: "main",
            gitDirty: true)
    }
}

struct RecordOperationTests {
    let log = Log()

    private static let access = PushOperationTests.access
    private static let reference = "registry.example.com/alice/myapp"
    private static let held = ManifestDescriptor(
        digest: Example.digest, mediaType: "m", sizeBytes: 7, config: ScriptedEngine.imageID)
    private static let another = ManifestDescriptor(
        digest: Example.other, mediaType: "m", children: [Example.digest])

    private func image(_ name: String?, _ digest: Digest = Example.digest) -> ExternalImage {
        ExternalImage(place: .line(1), name: name.flatMap { ExternalName($0) }, digest: digest)
    }

    /// What a run over doubles leaves.
    private struct Outcome {
        let report: Result<RecordReport, RecordError>
        let notices: [PushProgress]
        let steps: [[PushStep]]
    }

    private func record(
        _ images: [ExternalImage], to destination: String? = "myapp:v1",
        byDigest: Result<ManifestDescriptor?, RegistryError>? = .success(held),
        byTag: Result<ManifestDescriptor?, RegistryError>? = .success(held),
        first: [Result<ManifestDescriptor?, RegistryError>] = [], absences: Int = 0,
        labels: Result<ImageLabels, RegistryError> = .success(.none),
        reply: Result<NotifyResponse, BackendError>? = .success(PushOperationTests.delivered),
        previous: Digest? = nil, notifies: Bool = true, isCancelled: Bool = false,
        accesses: [RegistryAccess] = [access], expired: String? = nil
    ) async throws -> Outcome {
        let notices = Mutex<[PushProgress]>([])
        let journal = MemoryJournal(log, previous: previous)
        let operation = RecordOperation(
            PushPorts(
                engine: ScriptedEngine(log, pushes: []),
                backend: ScriptedBackend(
                    log, accesses: accesses.map { .success($0) }, reply: reply),
                registry: ScriptedRegistry(
                    log: log, byDigest: byDigest, byTag: byTag, absences: absences, held: first,
                    labelled: labels, expired: expired),
                journal: journal, locks: ScriptedLocks(log: log, isCancelled: isCancelled),
                context: CheckedOut(), commits: ScriptedCommits(), system: FixedSystem(),
                errorMessage: { _ in ("kind", "words") }),
            pauses: Array(repeating: .milliseconds(1), count: 5)
        ) { notice in notices.withLock { $0.append(notice) } }
        let request = RecordRequest(
            destination: try destination.map { try Destination($0) }, images: images,
            tool: "buildx", labels: ["a": "b"], message: "why", notifies: notifies,
            cliVersion: "1")
        let report = await result { () async throws(RecordError) in try await operation.run(request)
        }
        return Outcome(report: report, notices: notices.withLock { $0 }, steps: journal.steps)
    }

    private var hasRecorded: Bool { log.all.contains { $0.hasPrefix("record ") } }
    private var hasNotified: Bool { log.all.contains { $0.hasPrefix("notify ") } }

    @Test func `an image is asked for under the lock, then recorded, then notified`() async throws {
        let outcome = try await record([image(nil)])
        let result = try #require(try outcome.report.get().results.first)
        let record = result.record
        #expect(record.state.outcome == .succeeded)
        #expect(record.state.manifest?.isVerified == true)
        #expect(record.state.manifest?.mediaType == "m")
        #expect(record.state.manifest?.sizeBytes == 7)
        #expect(record.state.manifest?.tagChange == nil, "another tool may have pushed before")
        #expect(record.state.manifest?.tagChangeSource == nil)
        #expect(record.engine == EngineVersion(name: "buildx", version: nil))
        #expect(record.localImage == Example.digest.description && record.image == nil)
        #expect(record.destination == "myapp:v1" && record.message == "why")
        #expect(record.labels == ["a": "b"])
        #expect(record.context.host == "laptop" && record.context.gitCommit == nil)
        #expect(record.notify.outcome == .delivered)
        let order = [
            "lock push \(Self.reference):v1", "ask by digest first",
            "record \(Self.reference):v1 \(Example.digest)", "unlock",
            "notify \(record.id)", "record end",
        ].compactMap { log.index(of: $0) }
        #expect(order.count == 6 && order == order.sorted(), "\(log.all)")
    }

    @Test(
        arguments: [
            ("created", nil), ("unchanged", Example.digest), ("moved", Example.other),
        ] as [(String, Digest?)])
    func `the change of the tag is the history's, and never that it is new`(
        _ change: String, _ previous: Digest?
    ) async throws {
        let outcome = try await record([image(nil)], previous: previous)
        let manifest = try outcome.report.get().results.first?.record.state.manifest
        #expect(manifest?.tagChange?.rawValue == (previous == nil ? nil : change))
        #expect(manifest?.tagChangeSource == (previous == nil ? nil : .history))
        #expect(manifest?.previousDigest == previous)
        let moved = PushProgress.warning(
            .tagMoved(
                try #require(ImageReference("\(Self.reference):v1")), from: Example.other,
                to: Example.digest))
        #expect(outcome.notices.contains(moved) == (change == "moved"))
    }

    @Test(
        arguments: [
            (CheckedOut.commit, true), (CheckedOut.commit.uppercased(), true),
            (String(CheckedOut.commit.prefix(12)), false), ("", false), (nil, false),
            (String(repeating: "ab", count: 20), false),
        ] as [(String?, Bool)])
    func `the commit that is checked out is recorded where the image's label names it`(
        _ label: String?, _ isRecorded: Bool
    ) async throws {
        let outcome = try await record(
            [image(nil)], labels: .success(ImageLabels(revision: label, source: nil)))
        let record = try #require(try outcome.report.get().results.first?.record)
        #expect(PushJSON(record).imageRevision == label)
        #expect(record.context.gitCommit == (isRecorded ? CheckedOut.commit : nil))
        #expect(record.context.gitBranch == (isRecorded ? "main" : nil))
        #expect(record.context.gitDirty == (isRecorded ? true : nil))
        #expect(record.context.host == "laptop")
    }

    @Test func `labels that cannot be read are a warning`() async throws {
        let error = RegistryError.unavailable(registry: "r", reason: "x")
        let outcome = try await record([image(nil)], labels: .failure(error))
        #expect(try outcome.report.get().results.count == 1)
        let reference = try #require(ImageReference("\(Self.reference):v1"))
        #expect(outcome.notices.contains(.warning(.labelsUnknown(reference, error))))
    }

    @Test func `an image that the registry shows late is asked for again`() async throws {
        let outcome = try await record(
            [image(nil)], first: [.success(nil), .success(nil)], absences: 2)
        #expect(try outcome.report.get().results.count == 1)
        #expect(log.all.filter { $0.hasPrefix("ask by tag") }.count == 3)
    }

    @Test func `an image that the registry never shows is absent after five repeats`() async throws
    {
        let outcome = try await record([image(nil)], byTag: .success(nil), absences: 9)
        guard case .failure(.absent(let found, others: 0)) = outcome.report else {
            Issue.record("\(outcome.report)")
            return
        }
        #expect(found.digest == Example.digest)
        #expect(log.all.filter { $0.hasPrefix("ask by digest") }.count == 6)
        #expect(!hasRecorded && !hasNotified)
    }

    @Test func `a tag with another digest is asked for three times more`() async throws {
        let late = try await record(
            [image(nil)], first: [.success(Self.another), .success(Self.another)])
        #expect(try late.report.get().results.count == 1)
    }

    @Test func `the time that the registry lacked the image does not count for its tag`()
        async throws
    {
        let late = try await record(
            [image(nil)],
            first: [nil, nil, Self.another, Self.another, Self.another].map { .success($0) },
            absences: 2)
        #expect(try late.report.get().results.count == 1)
        let reference = try #require(ImageReference("\(Self.reference):v1"))
        #expect(late.notices.contains(.notShownYet(reference)))
        let elsewhere = try await record([image(nil)], first: [.success(Self.another)])
        #expect(elsewhere.notices.contains(.tagElsewhere(reference)))
        #expect(!elsewhere.notices.contains(.notShownYet(reference)))
    }

    @Test func `nothing is recorded where a tag holds another digest`() async throws {
        let outcome = try await record(
            [image("myapp:v1"), image("myapp:v2")],
            first: Array(repeating: .success(Self.another), count: 99))
        guard
            case .failure(.notHeld(_, held: Example.other, isPart: true, others: 1)) = outcome
                .report
        else {
            Issue.record("\(outcome.report)")
            return
        }
        #expect(log.all.filter { $0.hasPrefix("ask by tag") }.count == 8)
        #expect(!hasRecorded && !hasNotified)
    }

    @Test func `a registry that does not respond is an error`() async throws {
        let error = RegistryError.unavailable(registry: "r", reason: "x")
        let outcome = try await record([image(nil), image("myapp:v2")], byTag: .failure(error))
        guard case .failure(.registry(error)) = outcome.report else {
            Issue.record("\(outcome.report)")
            return
        }
        #expect(!hasRecorded)
    }

    @Test func `the same image twice is one push, under two tags it is two`() async throws {
        let outcome = try await record(
            [
                image(nil), image("registry.example.com/alice/myapp:v1"), image("alice/myapp"),
                image("myapp:v2"), image("myapp:v2"),
            ])
        let report = try outcome.report.get()
        #expect(report.total == 2)
        #expect(
            report.results.compactMap(\.record.reference?.tag) == ["v1", "v2"],
            "a name's tag beats the destination's")
        #expect(report.results.map(\.record.destination) == ["myapp:v1", "alice/myapp:v2"])
    }

    @Test func `each of several images is asked for again under its lock, and then recorded`()
        async throws
    {
        _ = try await record([image("b"), image("a")], to: nil)
        let calls = log.all.filter {
            $0.hasPrefix("lock push") || $0.hasPrefix("ask by tag") || $0.hasPrefix("record /")
                || $0.hasPrefix("record r")
        }
        #expect(
            calls.map { $0.prefix(9) } == [
                "ask by ta", "ask by ta", "lock push", "ask by ta", "record re", "lock push",
                "ask by ta", "record re",
            ], "\(log.all)")
        let locks = log.all.filter { $0.hasPrefix("lock ") }.count
        #expect(log.all.filter { $0 == "unlock" }.count == locks, "none is kept")
    }

    @Test(arguments: [1, 2, 3])
    func `an image whose tag has moved since is not recorded, and the others are`(
        _ moved: Int
    ) async throws {
        let outcome = try await record(
            [image("v:1"), image("v:2"), image("v:3")], to: nil,
            first: (Array(repeating: Self.held, count: 2 + moved) + [Self.another]).map {
                .success($0)
            })
        let report = try outcome.report.get()
        #expect(
            report.results.compactMap(\.record.reference?.tag)
                == ["1", "2", "3"].filter { $0 != "\(moved)" })
        #expect(report.total == 3 && report.failures.count == 1)
        guard
            case .notHeld(let found, held: Example.other, isPart: true, others: 0)? = report
                .failures.first
        else {
            Issue.record("\(report.failures)")
            return
        }
        #expect(found.reference.tag == "\(moved)")
        let locks = log.all.filter { $0.hasPrefix("lock ") }.count
        #expect(log.all.filter { $0 == "unlock" }.count == locks, "none is kept")
    }

    @Test func `where all tags have moved since, the error counts them`() async throws {
        let images = [image("v:1"), image("v:2"), image("v:3")]
        let held = Array(
            repeating: Result<ManifestDescriptor?, RegistryError>.success(Self.held), count: 3)
        let moved = Array(
            repeating: Result<ManifestDescriptor?, RegistryError>.success(Self.another), count: 3)
        let outcome = try await record(images, to: nil, first: held + moved)
        guard case .failure(.notHeld(_, held: _, isPart: _, others: 2)) = outcome.report else {
            Issue.record("\(outcome.report)")
            return
        }
        let error = RegistryError.unavailable(registry: "r", reason: "x")
        let failed = try await record(
            images, to: nil, first: held + [moved[0], .failure(error)])
        guard case .failure(.registry(error)) = failed.report else {
            Issue.record("\(failed.report)")
            return
        }
        #expect(!hasRecorded)
        let locks = log.all.filter { $0.hasPrefix("lock ") }.count
        #expect(log.all.filter { $0 == "unlock" }.count == locks)
    }

    @Test func `a registry that fails later ends the command with what was recorded`() async throws
    {
        let error = RegistryError.unavailable(registry: "r", reason: "x")
        let held = Result<ManifestDescriptor?, RegistryError>.success(Self.held)
        let images = [image("v:1"), image("v:2"), image("v:3")]
        let outcome = try await record(
            images, to: nil, first: [held, held, held, held, .failure(error)])
        let report = try outcome.report.get()
        #expect(report.results.count == 1 && report.failures == [.registry(error)])
        let nothing = try await record(images, to: nil, first: [held, held, held, .failure(error)])
        guard case .failure(.registry(error)) = nothing.report else {
            Issue.record("\(nothing.report)")
            return
        }
    }

    @Test func `a tag with two digests is refused before anything is asked`() async throws {
        let outcome = try await record(
            [image("myapp:v1"), image("myapp:v2"), image("alice/myapp:v1", Example.other)])
        guard case .failure(.contradiction(let first, let second)) = outcome.report else {
            Issue.record("\(outcome.report)")
            return
        }
        #expect(first.digest == Example.digest && second.digest == Example.other)
        #expect(!hasRecorded && !log.all.contains { $0.hasPrefix("ask") })
    }

    @Test func `a password that has expired meanwhile is replaced once`() async throws {
        let fresh = RegistryAccess(
            registry: Self.access.registry, handle: Self.access.handle, password: Secret("second"))
        let outcome = try await record(
            [image("v:1"), image("v:2")], to: nil, accesses: [Self.access, fresh],
            expired: "first")
        #expect(try outcome.report.get().results.count == 2)
        #expect(log.all.filter { $0 == "registry access" }.count == 2)
        #expect(log.all.contains("ask by tag second"))
        let elsewhere = RegistryAccess(
            registry: "other.example", handle: Self.access.handle, password: Secret("second"))
        let moved = try await record(
            [image(nil)], accesses: [Self.access, elsewhere], expired: "first")
        guard case .failure(.backend(.protocolViolation)) = moved.report else {
            Issue.record("\(moved.report)")
            return
        }
        let refused = try await record(
            [image(nil)], accesses: [Self.access, Self.access, Self.access], expired: "first")
        guard case .failure(.registry(.denied)) = refused.report else {
            Issue.record("\(refused.report)")
            return
        }
    }

    @Test(
        arguments: [
            ("bob/myapp:v1", .otherOwner("bob", handle: "alice")),
            ("registry.example.com/bob/myapp", .otherOwner("bob", handle: "alice")),
            ("alice/other", .otherRepository("other", wanted: "myapp")),
            ("ghcr.io/alice/myapp", .otherRegistry("ghcr.io", own: "registry.example.com")),
            ("localhost:5000/myapp", .otherRegistry("localhost:5000", own: "registry.example.com")),
            ("registry.example.com/myapp", .noOwner), ("a/alice/myapp", .tooManyParts),
            ("registry.example.com/alice/myapp/sub", .tooManyParts),
        ] as [(String, ExternalNameError)])
    func `a name that is not the account's or the destination's is refused`(
        _ name: String, _ error: ExternalNameError
    ) async throws {
        let outcome = try await record([image("myapp:v2"), image(name)])
        guard case .failure(.name(let found, .line(1), error)) = outcome.report else {
            Issue.record("\(outcome.report)")
            return
        }
        #expect(found.text == name)
        #expect(!hasRecorded && !log.all.contains { $0.hasPrefix("ask") })
    }

    @Test func `an owner with a dot is no registry, and a destination of another owner is refused`()
        async throws
    {
        let other = try await record([image(nil)], to: "bob/myapp:v1")
        guard case .failure(.destination(.notYours(owner: "bob", handle: "alice"))) = other.report
        else {
            Issue.record("\(other.report)")
            return
        }
        let unnamed = try await record([image("myapp"), image(nil)], to: nil)
        guard case .failure(.input(ExternalFault(.line(1), .noName))) = unnamed.report else {
            Issue.record("\(unnamed.report)")
            return
        }
        #expect(!hasRecorded)
    }

    @Test func `an unavailable backend is tried once, and the rest stays pending`() async throws {
        let error = BackendError.unavailable(url: "u", reason: "x")
        let outcome = try await record(
            [image("myapp:v1"), image("myapp:v2"), image("myapp:v3")], reply: .failure(error))
        let report = try outcome.report.get()
        #expect(report.results.map(\.notifyError) == [error, error, error])
        #expect(report.results.map(\.record.notify.outcome) == [.pending, .pending, .pending])
        #expect(report.results.map(\.record.notify.attempts) == [1, 0, 0])
        #expect(log.all.filter { $0.hasPrefix("notify ") }.count == 1)
        #expect(outcome.notices.last == .warning(.notTold(count: 2)))
    }

    @Test func `a backend that refuses is asked about each image`() async throws {
        let error = BackendError.refused(status: 422, message: "x")
        let outcome = try await record(
            [image("myapp:v1"), image("myapp:v2")], reply: .failure(error))
        #expect(
            try outcome.report.get().results.map(\.record.notify.outcome) == [.failed, .failed])
        #expect(log.all.filter { $0.hasPrefix("notify ") }.count == 2)
    }

    @Test func `without a notification the record says that it was not wanted`() async throws {
        let outcome = try await record([image(nil)], reply: nil, notifies: false)
        let result = try #require(try outcome.report.get().results.first)
        #expect(result.record.notify.outcome == .skipped && result.notifyError == nil)
    }

    @Test func `a signal during the wait for a lock records nothing`() async throws {
        let outcome = try await record([image(nil)], isCancelled: true)
        guard case .failure(.cancelled) = outcome.report else {
            Issue.record("\(outcome.report)")
            return
        }
        #expect(!hasRecorded)
        #expect(outcome.notices.contains { if case .waiting = $0 { true } else { false } })
    }

    @Test func `where no enclave waits, the hint shows how to create one`() async throws {
        let none = NotifyResponse(matched: 0, triggered: [])
        let reference = try #require(ImageReference("\(Self.reference):v1"))
        let fresh = try await record([image(nil)], reply: .success(none))
        #expect(fresh.notices.contains(.noEnclaveWaiting(reference)))
        let known = try await record([image(nil)], reply: .success(none), previous: Example.digest)
        #expect(!known.notices.contains(.noEnclaveWaiting(reference)))
    }
}
