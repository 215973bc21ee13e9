import EnclaviaCore
import Testing

/// The commit, branch, run URL and actor of a CI run, for each provider.
struct CIProviderTests {
    @Test(arguments: runs)
    func `commit, branch, run URL and actor are read for each provider`(_ run: Run) {
        let found = CIContext.detect(in: run.environment)
        #expect(found?.provider == run.provider)
        #expect(found?.commit == (run.hasCommit ? Self.commit : nil))
        #expect(found?.branch == run.branch)
        #expect(found?.runURL == run.runURL)
        #expect(found?.actor == run.actor)
    }

    @Test func `a variable is read only for its own provider`() {
        let stray = [
            "GIT_COMMIT": Self.commit, "CI_COMMIT_SHA": Self.commit,
            "BUILD_URL": "https://x.example",
            "COMMIT_SHA": Self.commit, "BRANCH_NAME": "main",
        ]
        #expect(CIContext.detect(in: stray) == nil)
        let github = CIContext.detect(in: stray.merging(["GITHUB_ACTIONS": "true"]) { $1 })
        #expect(github?.commit == nil && github?.branch == nil && github?.runURL == nil)
    }

    @Test(arguments: [
        "main", "0123456", "0123456789abcdef0123456789abcdef0123456g",
        "0123456789abcdef0123456789abcdef0123456789", "",
    ])
    func `a text that is not a full commit id is not recorded as a commit`(_ text: String) {
        let run = CIContext.detect(in: ["GITHUB_ACTIONS": "true", "GITHUB_SHA": text])
        #expect(run != nil && run?.commit == nil)
    }

    @Test(arguments: ["HEAD", "a b", "a\u{1B}[2J", "refs/tags/v1", "refs/heads/", ""])
    func `a text that is not a branch is not recorded as a branch`(_ text: String) {
        let run = CIContext.detect(in: ["CIRCLECI": "true", "CIRCLE_BRANCH": text])
        #expect(run != nil && run?.branch == nil)
    }
}

/// The environment of each provider's jobs.
extension CIProviderTests {
    /// The variables of a run, with the provider's name, the run's URL and who started it.
    struct Run: Sendable {
        let provider: String
        let environment: [String: String]
        let runURL: String?
        let actor: String?
        var branch: String? = "feature/x"
        var hasCommit = true
    }

    static let commit = "0123456789abcdef0123456789abcdef01234567"

    static let runs = [
        Run(
            provider: "forgejo",
            environment: [
                "GITHUB_ACTIONS": "true", "GITEA_ACTIONS": "true", "FORGEJO_ACTIONS": "true",
                "GITHUB_SERVER_URL": "https://forge.example/", "GITHUB_REPOSITORY": "a/b",
                "GITHUB_RUN_ID": "777", "GITHUB_RUN_NUMBER": "7", "GITHUB_RUN_ATTEMPT": "2",
                "GITHUB_ACTOR": "alice", "GITHUB_SHA": commit, "GITHUB_REF_TYPE": "branch",
                "GITHUB_REF": "refs/heads/feature/x", "GITHUB_REF_NAME": "feature/x",
            ], runURL: "https://forge.example/a/b/actions/runs/7", actor: "alice"),
        Run(
            provider: "gitea",
            environment: [
                "GITHUB_ACTIONS": "true", "GITEA_ACTIONS": "true",
                "GITHUB_SERVER_URL": "https://u:p@gitea.example", "GITHUB_REPOSITORY": "a/b",
                "GITHUB_RUN_NUMBER": "7", "GITHUB_ACTOR": "alice", "GITHUB_SHA": commit,
                "GITHUB_REF_NAME": "feature/x",
            ], runURL: "https://gitea.example/a/b/actions/runs/7", actor: "alice"),
        Run(
            provider: "github",
            environment: [
                "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit, "GITHUB_REF_TYPE": "branch",
                "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REF_NAME": "7/merge",
                "GITHUB_HEAD_REF": "feature/x", "GITHUB_BASE_REF": "main",
            ], runURL: nil, actor: nil),
        Run(
            provider: "github",
            environment: [
                "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit, "GITHUB_REF_TYPE": "tag",
                "GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1",
            ], runURL: nil, actor: nil, branch: nil),
        Run(
            provider: "gitlab",
            environment: [
                "GITLAB_CI": "true", "CI_COMMIT_SHA": commit.uppercased(),
                "CI_COMMIT_REF_NAME": "feature/x", "CI_COMMIT_BRANCH": "feature/x",
            ], runURL: nil, actor: nil),
        Run(
            provider: "gitlab",
            environment: [
                "GITLAB_CI": "true", "CI_COMMIT_SHA": commit, "CI_COMMIT_REF_NAME": "v1",
                "CI_COMMIT_TAG": "v1",
            ], runURL: nil, actor: nil, branch: nil),
        Run(
            provider: "gitlab",
            environment: [
                "GITLAB_CI": "true", "CI_COMMIT_SHA": commit, "CI_COMMIT_REF_NAME": "other",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature/x",
            ], runURL: nil, actor: nil),
        Run(
            provider: "buildkite",
            environment: [
                "BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_BRANCH": "feature/x",
            ], runURL: nil, actor: nil, hasCommit: false),
        Run(
            provider: "buildkite",
            environment: [
                "BUILDKITE": "true", "BUILDKITE_COMMIT": commit, "BUILDKITE_BRANCH": "v1",
                "BUILDKITE_TAG": "v1",
            ], runURL: nil, actor: nil, branch: nil),
        Run(
            provider: "circleci",
            environment: [
                "CIRCLECI": "true", "CIRCLE_SHA1": commit, "CIRCLE_BRANCH": "feature/x",
            ], runURL: nil, actor: nil),
        Run(
            provider: "azure",
            environment: [
                "TF_BUILD": "True", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/org/",
                "SYSTEM_TEAMPROJECTID": "0190-ab", "BUILD_BUILDID": "17",
                "BUILD_REQUESTEDFOR": "Alice A", "BUILD_SOURCEVERSION": commit,
                "BUILD_SOURCEBRANCH": "refs/heads/feature/x",
            ], runURL: "https://dev.azure.com/org/0190-ab/_build/results?buildId=17",
            actor: "Alice A"),
        Run(
            provider: "azure",
            environment: [
                "TF_BUILD": "True", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/org/",
                "SYSTEM_TEAMPROJECTID": "0190-ab", "BUILD_BUILDID": "17&x=y",
                "BUILD_SOURCEVERSION": commit, "BUILD_SOURCEBRANCH": "refs/pull/1/merge",
                "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feature/x",
            ], runURL: nil, actor: nil),
        Run(
            provider: "bitbucket",
            environment: [
                "BITBUCKET_BUILD_NUMBER": "9", "BITBUCKET_COMMIT": commit,
                "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/w/r",
                "BITBUCKET_BRANCH": "feature/x", "BITBUCKET_STEP_TRIGGERER_UUID": "{u}",
            ], runURL: "https://bitbucket.org/w/r/pipelines/results/9", actor: "{u}"),
        Run(
            provider: "woodpecker",
            environment: [
                "CI": "woodpecker", "CI_COMMIT_SHA": commit, "CI_COMMIT_BRANCH": "main",
                "CI_COMMIT_SOURCE_BRANCH": "feature/x", "CI_COMMIT_AUTHOR": "alice",
                "CI_PIPELINE_URL": "https://ci.example/repos/7/pipeline/8", "DRONE": "true",
            ], runURL: "https://ci.example/repos/7/pipeline/8", actor: "alice"),
        Run(
            provider: "drone",
            environment: [
                "DRONE": "true", "DRONE_COMMIT_SHA": commit, "DRONE_BRANCH": "feature/x",
                "DRONE_BUILD_LINK": "https://drone.example/a/b/1", "DRONE_COMMIT_AUTHOR": "alice",
            ], runURL: "https://drone.example/a/b/1", actor: "alice"),
        Run(
            provider: "travis",
            environment: [
                "TRAVIS": "true", "TRAVIS_COMMIT": commit, "TRAVIS_BRANCH": "feature/x",
                "TRAVIS_BUILD_WEB_URL": "https://app.travis-ci.com/a/b/builds/1",
            ], runURL: "https://app.travis-ci.com/a/b/builds/1", actor: nil),
        Run(
            provider: "appveyor",
            environment: [
                "APPVEYOR": "True", "APPVEYOR_URL": "https://ci.appveyor.com",
                "APPVEYOR_ACCOUNT_NAME": "a", "APPVEYOR_PROJECT_SLUG": "b",
                "APPVEYOR_BUILD_ID": "3", "APPVEYOR_REPO_COMMIT": commit,
                "APPVEYOR_REPO_TAG": "false", "APPVEYOR_REPO_BRANCH": "feature/x",
            ], runURL: "https://ci.appveyor.com/project/a/b/builds/3", actor: nil),
        Run(
            provider: "codebuild",
            environment: [
                "CODEBUILD_BUILD_ID": "p:1", "CODEBUILD_RESOLVED_SOURCE_VERSION": commit,
                "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/feature/x",
                "CODEBUILD_INITIATOR": "alice",
                "CODEBUILD_BUILD_URL": "https://console.example/builds/p:1/view?region=x",
            ], runURL: "https://console.example/builds/p:1/view", actor: "alice"),
        Run(
            provider: "cloudbuild",
            environment: [
                "BUILDER_OUTPUT": "/builder/outputs", "COMMIT_SHA": commit,
                "BRANCH_NAME": "feature/x",
            ], runURL: nil, actor: nil),
        Run(
            provider: "teamcity",
            environment: [
                "TEAMCITY_VERSION": "2025.1", "BUILD_VCS_NUMBER": commit,
                "BUILD_URL": "https://tc.example/build/5",
            ], runURL: "https://tc.example/build/5", actor: nil, branch: nil),
        Run(
            provider: "jenkins",
            environment: [
                "JENKINS_URL": "https://ci.example/", "GIT_COMMIT": commit,
                "GIT_BRANCH": "origin/feature/x",
            ], runURL: nil, actor: nil),
        Run(
            provider: "jenkins",
            environment: [
                "JENKINS_URL": "https://ci.example/", "GIT_COMMIT": commit, "BRANCH_NAME": "PR-7",
                "CHANGE_BRANCH": "feature/x", "GIT_LOCAL_BRANCH": "detached",
            ], runURL: nil, actor: nil),
        Run(
            provider: "jenkins",
            environment: [
                "JENKINS_URL": "https://ci.example/", "GIT_COMMIT": commit, "TAG_NAME": "v1",
                "BRANCH_NAME": "v1", "GIT_BRANCH": "detached",
            ], runURL: nil, actor: nil, branch: nil),
    ]
}
