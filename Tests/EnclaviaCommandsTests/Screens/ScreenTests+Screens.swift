import EnclaviaCommands
import EnclaviaCore

extension ScreenTests {
    /// Screens of ``ScreenHistory``.
    static let questions = [
        Screen("history", "history"),
        Screen("history-no-trunc", "history", "--no-trunc", "--limit", "3"),
        Screen("history-moves", "history", "--moves"),
        Screen("history-none", "history", "nope"),
        Screen("show-moved", "history", "show", "alice/myapp:v1"),
        Screen("at", "history", "at", "api:prod"),
        Screen("at-last-tuesday", "history", "at", "api:prod", "last", "tuesday"),
        Screen("at-before", "history", "at", "api:prod", "2026-11-01"),
        Screen("stats", "history", "stats"),
        Screen("verify", "history", "verify"),
        Screen("events", "events", "--since", "2026-11-25T18:58:30Z", "--type", "push.started"),
        Screen("status", "status"),
        Screen("status-one", "status", "myapp:v1"),
        Screen("status-unknown", "status", "nope:1"),
    ]

    /// Screens without any push.
    static let empty = [
        Screen("empty-history", "history"), Screen("empty-status", "status"),
        Screen("empty-stats", "history", "stats"), Screen("empty-verify", "history", "verify"),
        Screen("error-command", "psh", "myapp", "myapp:v1"), Screen("error-login", "login"),
        Screen("error-option", "push", "--tag", "v1", "myapp", "myapp"),
        Screen("error-missing", "push", "myapp"),
        Screen("error-extra", "push", "myapp", "myapp:v1", "v2"),
        Screen("error-value", "history", "--outcome", "succeded"),
        Screen("error-time", "history", "--since", "noneday"),
        Screen("error-destination", "push", "myapp", "registry.example.com/alice/myapp:v1"),
    ]

    /// Screens of the backend's commands.
    static let services: [(Screen, @Sendable (inout ScreenFixture) -> Void)] = [
        (Screen("auth-status", "auth", "status"), { _ in }),
        (Screen("auth-status-none", "auth", "status"), { $0.isLoggedIn = false }),
        (Screen("enclaves", "enclave", "list"), { $0.enclaves = enclaves }),
        (Screen("enclaves-none", "enclave", "list"), { _ in }),
        (Screen("enclave", "enclave", "status", enclaves[0].id), { $0.enclaves = enclaves }),
        (Screen("enclave-stop", "enclave", "stop", enclaves[0].id), { $0.enclaves = enclaves }),
        (Screen("enclave-unknown", "enclave", "status", "0191"), { $0.enclaves = enclaves }),
    ]

    /// Screens of `doctor`.
    static let machines = [
        (Screen("doctor", "doctor"), DoctorCheckTests.Machine()),
        (Screen("doctor-all", "doctor", "--all"), DoctorCheckTests.Machine()),
        (Screen("doctor-findings", "doctor"), DoctorCheckTests.troubled),
    ]

    private static let enclaves = [
        Enclave(
            id: "0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee", name: "web", dockerImage: "alice/web:wide",
            status: "running", instanceType: "small",
            createdAt: Sample.moment("2026-11-25T17:31:00Z"), isArchived: false,
            endpoint: "https://web.example.com", pcrs: ["pcr0": String(repeating: "ab", count: 48)]),
        Enclave(
            id: "0190bbbb-bbbb-7ccc-8ddd-eeeeeeeeeeee", name: "プロダクション用のサーバー",
            dockerImage: "alice/myapp:\(ScreenHistory.longTag)", status: "error",
            instanceType: "large", createdAt: Sample.moment("2026-10-01T08:00:00Z"),
            isArchived: false, errorMessage: "the image has no entry point"),
    ]

    /// Screens that change the history; each gets a new one.
    static let changes = [
        Screen("prune", "history", "prune", "--before", "2026-11-18", "--yes"),
        Screen("notify", "notify", "--pending"),
        Screen("reconcile", "history", "reconcile"),
    ]

    /// Screens of pushes, with each result.
    static let pushes: [(Screen, @Sendable (inout ScreenFixture) -> Void)] = [
        (Screen("push-new", "push", "myapp", "myapp:v1"), { _ in }),
        (
            Screen("push-moved", "push", "myapp", "myapp:v1"),
            {
                $0.tag.hold(Sample.digest("image 2"))
                $0.reply = .success(NotifyResponse(matched: 1, triggered: ["e1"]))
            }
        ),
        (Screen("push-same", "push", "myapp", "myapp:v1"), { $0.tag.hold(ScreenFixture.manifest) }),
        (
            Screen("push-kept", "push", "myapp", "myapp:v1", "--tag-policy", "keep"),
            { $0.tag.hold(Sample.digest("image 2")) }
        ),
        (
            Screen("push-refused-tag", "push", "myapp", "myapp:v1", "--tag-policy", "refuse"),
            { $0.tag.hold(Sample.digest("image 2")) }
        ),
        (Screen("push-not-notified", "push", "myapp", "myapp:v1", "--no-notify"), { _ in }),
        (
            Screen("push-backend-fails", "push", "myapp", "myapp:v1"),
            { $0.reply = .failure(.failed(url: $0.url, status: 500, message: nil)) }
        ),
        (Screen("push-quiet", "push", "myapp", "myapp:v1", "--quiet"), { _ in }),
        (Screen("push-dry-run", "push", "myapp", "myapp:v1", "--dry-run"), { _ in }),
        (
            Screen("error-image", "push", "mapp", "myapp:v1"),
            { $0.missing = .imageNotFound(image: "mapp", nearest: ["myapp:latest"]) }
        ),
        (
            Screen("error-socket", "push", "myapp", "myapp:v1"),
            {
                $0.missing = .problem(
                    .socket(
                        path: "/run/docker.sock",
                        .forbidden(.group("docker", isMember: false))), reason: "")
            }
        ),
        (
            Screen("error-backend", "push", "myapp", "myapp:v1"),
            { $0.access = .failed(url: $0.url, status: 500, message: nil) }
        ),
        (
            Screen("error-not-logged-in", "push", "myapp", "myapp:v1"),
            { $0.access = .notLoggedIn(backend: $0.url) }
        ),
        (
            Screen("error-push", "push", "myapp", "myapp:v1", "--retry", "0"),
            {
                $0.pushFailure = .busy(
                    name: "registry.example.com/alice/myapp:v1",
                    output: "received unexpected HTTP status: 503 Service Unavailable")
            }
        ),
    ]
}
