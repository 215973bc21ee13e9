import EnclaviaCore
import Testing

/// The variables that continuous-integration providers set.
struct CIContextTests {
    struct Sample: Sendable {
        let environment: [String: String]
        let provider: String?
        let runURL: String?
        let actor: String?
    }

    static let samples = [
        Sample(environment: [:], provider: nil, runURL: nil, actor: nil),
        Sample(environment: ["CI": "true"], provider: nil, runURL: nil, actor: nil),
        Sample(
            environment: [
                "GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_REPOSITORY": "alice/app", "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "1",
                "GITHUB_ACTOR": "alice", "GITHUB_TOKEN": "secret",
            ], provider: "github", runURL: "https://github.com/alice/app/actions/runs/42",
            actor: "alice"),
        Sample(
            environment: [
                "GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_REPOSITORY": "alice/app", "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "3",
                "GITHUB_ACTOR": "alice", "GITHUB_TRIGGERING_ACTOR": "bob",
            ], provider: "github",
            runURL: "https://github.com/alice/app/actions/runs/42/attempts/3", actor: "bob"),
        Sample(
            environment: ["GITHUB_ACTIONS": "true"], provider: "github", runURL: nil, actor: nil),
        Sample(
            environment: [
                "GITLAB_CI": "true", "CI_JOB_URL": "https://u:p@gitlab.com/a/b/-/jobs/7",
                "CI_PIPELINE_URL": "https://gitlab.com/a/b/-/pipelines/6",
                "GITLAB_USER_LOGIN": "alice", "CI_JOB_TOKEN": "secret",
            ], provider: "gitlab", runURL: "https://gitlab.com/a/b/-/jobs/7", actor: "alice"),
        Sample(
            environment: [
                "BUILDKITE": "true", "BUILDKITE_BUILD_URL": "https://buildkite.com/o/p/builds/1",
                "BUILDKITE_JOB_ID": "0190", "BUILDKITE_BUILD_CREATOR": "Alice A",
            ], provider: "buildkite", runURL: "https://buildkite.com/o/p/builds/1#0190",
            actor: "Alice A"),
        Sample(
            environment: [
                "CIRCLECI": "true", "CIRCLE_BUILD_URL": "https://circleci.com/gh/o/p/9",
                "CIRCLE_USERNAME": "alice",
            ], provider: "circleci", runURL: "https://circleci.com/gh/o/p/9", actor: "alice"),
        Sample(
            environment: [
                "JENKINS_URL": "http://ci.example/", "BUILD_URL": "http://ci.example/job/x/3/",
                "BUILD_USER_ID": "",
            ], provider: "jenkins", runURL: "http://ci.example/job/x/3/", actor: nil),
    ]

    @Test(arguments: samples)
    func `a CI run is detected by its provider's variables`(_ sample: Sample) {
        let run = CIContext.detect(in: sample.environment)
        #expect(run?.provider == sample.provider)
        #expect(run?.runURL == sample.runURL)
        #expect(run?.actor == sample.actor)
    }

    @Test(arguments: [
        ("https://ci.example/run/1", "https://ci.example/run/1"),
        ("https://user:password@ci.example/run", "https://ci.example/run"),
        ("https://token@ci.example", "https://ci.example"),
        ("https://a@b@ci.example/x@y", "https://ci.example/x@y"),
        ("https://ci.example/run?private_token=secret", "https://ci.example/run"),
        ("https://ci.example/run?token=a#job", "https://ci.example/run#job"),
        ("https://ci.example/run#job?x", "https://ci.example/run#job?x"),
        ("https://ci.example?x=1", "https://ci.example"),
        ("HTTPS://ci.example/", "https://ci.example/"),
        ("http://[::1]:8080/run", "http://[::1]:8080/run"),
        ("ssh://ci.example/run", nil),
        ("javascript:alert(1)", nil),
        ("https://", nil),
        ("https://@/", nil),
        ("https://ci.example/a b", nil),
        ("https://ci.example/\u{1B}[2J", nil),
        ("https://ci.example/\u{202E}", nil),
        ("https://ci.example\\@evil.example/", nil),
        ("", nil),
    ])
    func `a web address is recorded without its credentials and its query`(
        text: String, kept: String?
    ) {
        #expect(WebAddress.withoutCredentials(text) == kept)
    }
}
