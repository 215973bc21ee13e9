import EnclaviaCore
import Testing

/// The bytes of each event, from which a chain's hashes are computed: they must never change.
struct EventTextTests {
    private static let push = Example.id
    private static let bare = PushedManifest(digest: Example.digest, pushedAt: Example.moment)

    private static func known(_ source: PushSource, _ context: PushContext) -> HistoryEvent.Subject
    {
        .push(
            push,
            .authenticated(
                PushAuthenticated(
                    reference: Example.reference, source: source,
                    engine: EngineVersion(name: "podman", version: "4.3"), context: context)))
    }

    private static func whole(_ record: PushRecord) throws -> String {
        #"{"push":\#(try JSONText.encode(PushJSON(record))),"push_id":"\#(push)"}"#
    }

    private static let failed = Example.record(
        state: .failed(Example.failure, contradicted: Example.manifest))

    /// Each type, its subject, and the text of its `data`.
    static func texts() throws -> [(EventType, HistoryEvent.Subject, String)] {
        [
            (
                .pushStarted, .push(push, .started(Example.started)),
                #"{"backend":"https://api.example.com","cli_version":"1.0.0","destination":"myapp:v1","host":"laptop","labels":{"team":"blue"},"local_image":"myapp","message":null,"push_id":"\#(push)","started_at":"\#(Example.started.startedAt)","user":"alice"}"#
            ),
            (
                .pushStarted,
                .push(
                    push,
                    .started(
                        PushStarted(
                            destination: "a", backend: "b", localImage: "c", labels: [:],
                            message: "why", startedAt: Example.moment, host: nil, user: nil,
                            cliVersion: "2"))),
                #"{"backend":"b","cli_version":"2","destination":"a","host":null,"labels":{},"local_image":"c","message":"why","push_id":"\#(push)","started_at":"\#(Example.moment)","user":null}"#
            ),
            (
                .pushAuthenticated,
                known(
                    .engine(LocalImage(id: "sha256:1", revision: nil, source: "https://x")),
                    PushContext(host: "h", gitDirty: false)),
                #"{"context":{"ci_actor":null,"ci_provider":null,"ci_run_url":null,"git_branch":null,"git_commit":null,"git_dirty":false,"host":"h","user":null},"engine":{"name":"podman","version":"4.3"},"image_revision":null,"image_source":"https://x","local_image":null,"local_image_id":"sha256:1","push_id":"\#(push)","reference":"registry.example.com/alice/myapp:v1"}"#
            ),
            (
                .pushAuthenticated,
                known(
                    .registry(Example.other, ImageLabels(revision: "abc", source: nil)),
                    PushContext(
                        user: "u", gitCommit: "0", gitBranch: "main", ciProvider: "gitlab",
                        ciRunURL: "https://r", ciActor: "bob")),
                #"{"context":{"ci_actor":"bob","ci_provider":"gitlab","ci_run_url":"https://r","git_branch":"main","git_commit":"0","git_dirty":null,"host":null,"user":"u"},"engine":{"name":"podman","version":"4.3"},"image_revision":"abc","image_source":null,"local_image":"\#(Example.other)","local_image_id":null,"push_id":"\#(push)","reference":"registry.example.com/alice/myapp:v1"}"#
            ),
            (
                .pushTagged, .push(push, .tagged(.registry(Example.other))),
                #"{"previous_digest":"\#(Example.other)","push_id":"\#(push)","tag_change_source":"registry"}"#
            ),
            (
                .pushTagged, .push(push, .tagged(.registry(nil))),
                #"{"previous_digest":null,"push_id":"\#(push)","tag_change_source":"registry"}"#
            ),
            (
                .pushTagged, .push(push, .tagged(.history)),
                #"{"previous_digest":null,"push_id":"\#(push)","tag_change_source":null}"#
            ),
            (
                .pushPushed, .push(push, .pushed(Example.manifest)),
                #"{"digest":"\#(Example.digest)","digest_verified":true,"media_type":"application/vnd.oci.image.manifest.v1+json","previous_digest":"\#(Example.other)","push_id":"\#(push)","pushed_at":"\#(Example.moment)","reference":null,"size_bytes":1234,"tag_change":"moved","tag_change_source":null}"#
            ),
            (
                .pushPushed, .push(push, .pushed(bare)),
                #"{"digest":"\#(Example.digest)","digest_verified":false,"media_type":null,"previous_digest":null,"push_id":"\#(push)","pushed_at":"\#(Example.moment)","reference":null,"size_bytes":null,"tag_change":null,"tag_change_source":null}"#
            ),
            (
                .pushVerified,
                .push(push, .verified(PushVerified(mediaType: "m", sizeBytes: 3))),
                #"{"digest_verified":true,"media_type":"m","push_id":"\#(push)","reference":null,"size_bytes":3}"#
            ),
            (
                .pushVerified,
                .push(push, .verified(PushVerified(mediaType: nil, sizeBytes: nil))),
                #"{"digest_verified":true,"media_type":null,"push_id":"\#(push)","reference":null,"size_bytes":null}"#
            ),
            (
                .pushNotified,
                .push(
                    push, .notified(NotifyRecord(outcome: .pending, attempts: 3, message: "no"))),
                #"{"notify":{"at":null,"attempts":3,"matched":null,"message":"no","outcome":"pending","rejected_non_upgradable":[],"staged":[],"triggered":[]},"push_id":"\#(push)","reference":null}"#
            ),
            (
                .pushNotified, .push(push, .notified(Example.record().notify)),
                #"{"notify":{"at":"\#(Example.moment)","attempts":2,"matched":1,"message":null,"outcome":"delivered","rejected_non_upgradable":[],"staged":[{"enclave_id":"e2","image":"i","upgrade_id":"u1"}],"triggered":["e1"]},"push_id":"\#(push)","reference":null}"#
            ),
            (
                .pushFinished, .push(push, .finished(Example.record())),
                try whole(Example.record())
            ),
            (.pushFinished, .push(push, .finished(failed)), try whole(failed)),
            (
                .pushImported, .push(push, .imported(Example.record(state: .cancelled))),
                try whole(Example.record(state: .cancelled))
            ),
            (
                .historyReconciled, .push(push, .reconciled(Example.record(state: .interrupted))),
                try whole(Example.record(state: .interrupted))
            ),
            (.historyReconciled, .push(push, .reconciled(failed)), try whole(failed)),
            (
                .historyPruned,
                .pruned(
                    PruneEventData(
                        before: Example.moment, pushes: 2, events: 9, ranges: [[1, 4], [6, 10]],
                        host: "laptop")),
                #"{"before":"\#(Example.moment)","events":9,"host":"laptop","pushes":2,"ranges":[[1,4],[6,10]]}"#
            ),
            (
                .historyPruned,
                .pruned(
                    PruneEventData(
                        before: Example.moment, pushes: 0, events: 0, ranges: [], host: nil)),
                #"{"before":"\#(Example.moment)","events":0,"host":null,"pushes":0,"ranges":[]}"#
            ),
            (
                .historySalvaged,
                .salvaged(
                    SalvageEventData(
                        chain: "c", sequence: 4, head: hash, formerChains: ["d"],
                        lost: [[5, 5], [7, 9]], lostEvents: 4, isEndUnknown: true,
                        unprovenEvents: 3, pushes: 2, blanked: [[1, 2]])),
                #"{"blanked":[[1,2]],"chain":"c","end_unknown":true,"former_chains":["d"],"head":"\#(hash)","lost":[[5,5],[7,9]],"lost_events":4,"pushes":2,"sequence":4,"unproven_events":3}"#
            ),
            (
                .historySalvaged,
                .salvaged(
                    SalvageEventData(
                        chain: nil, sequence: 0, head: hash, lost: [], lostEvents: 0,
                        isEndUnknown: false, unprovenEvents: 0, pushes: 0, blanked: [])),
                #"{"blanked":[],"chain":null,"end_unknown":false,"former_chains":[],"head":"\#(hash)","lost":[],"lost_events":0,"pushes":0,"sequence":0,"unproven_events":0}"#
            ),
            (
                .authLogin, .login(AccountEventData(backend: "b", handle: "alice", host: "laptop")),
                #"{"backend":"b","handle":"alice","host":"laptop"}"#
            ),
            (
                .authLogout, .logout(AccountEventData(backend: "b", handle: nil, host: nil)),
                #"{"backend":"b","handle":null,"host":null}"#
            ),
        ]
    }

    /// The text of an event without a sequence number.
    static func text(of subject: HistoryEvent.Subject) throws -> String {
        try JSONText.encode(
            CloudEvent(HistoryEvent(id: push, time: Example.moment, subject: subject)))
    }

    private static let hash = String(repeating: "0f", count: 32)

    private static func line(_ type: EventType, _ data: String, isOfPush: Bool) -> String {
        #"{"data":\#(data),"datacontenttype":"application/json","id":"\#(push)","prevhash":"\#(hash)","sequence":"0000000000000000042","source":"urn:uuid:\#(push)","specversion":"1.0","spooled":"0000000000000000007","#
            + (isOfPush ? #""subject":"\#(push)","# : "")
            + #""time":"\#(Example.moment)","type":"\#(type.rawValue)"}"#
    }

    @Test func `each event has an unchanged JSON text, and is decoded from it`() throws {
        for (type, subject, data) in try Self.texts() {
            let isOfPush = if case .push = subject { true } else { false }
            let event = CloudEvent(
                HistoryEvent(id: Self.push, time: Example.moment, subject: subject),
                of: ChainID(Self.push), sequence: 42, previousHash: Self.hash, follows: 7)
            let text = Self.line(type, data, isOfPush: isOfPush)
            #expect(event.event.type == type)
            let written = try JSONText.encode(event)
            #expect(written == text, "\(written)")
            #expect(try JSONText.decode(CloudEvent.self, from: text) == event)
        }
    }

    @Test func `every event type has a text here`() throws {
        #expect(Set(try Self.texts().map(\.0)) == Set(EventType.allCases))
    }
}
