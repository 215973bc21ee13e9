/// A provider of continuous integration: how its jobs are recognized, and which of its variables hold what.
///
/// A variable counts only under its own provider, so that a `GIT_COMMIT` that somebody happens to have set is
/// ignored.
struct CIProvider: Sendable {
    let name: String
    let isPresent: @Sendable (CIVariables) -> Bool
    var runURL: @Sendable (CIVariables) -> String? = { _ in nil }
    var actor: @Sendable (CIVariables) -> String? = { _ in nil }
    var commit: @Sendable (CIVariables) -> String? = { _ in nil }
    /// The branch, or `refs/heads/…`; a reference of another kind counts as none.
    var branch: @Sendable (CIVariables) -> String? = { _ in nil }

    /// The first that is present counts. A provider that imitates another's variables comes before it; Jenkins,
    /// which may start agents of other providers, comes last.
    static let known: [CIProvider] = [
        .actions(
            "forgejo", isPresent: { $0["FORGEJO_ACTIONS"] == "true" }, run: "GITHUB_RUN_NUMBER"),
        .actions("gitea", isPresent: { $0["GITEA_ACTIONS"] == "true" }, run: "GITHUB_RUN_NUMBER"),
        .actions("github", isPresent: { $0["GITHUB_ACTIONS"] == "true" }, run: "GITHUB_RUN_ID"),
        gitlab, buildkite, circleci, azure, bitbucket, woodpecker, drone, travis, appveyor,
        codebuild,
        cloudbuild, teamcity, jenkins,
    ]

    /// Their names, for the manual: in backquotes, with commas between them.
    static var list: String { known.map { "`\($0.name)`" }.joined(separator: ", ") }

    /// GitHub Actions, <https://docs.github.com/actions/reference/workflows-and-actions/variables>, and those
    /// that set its variables beside their own: Gitea, which sets `GITEA_ACTIONS`
    /// (<https://docs.gitea.com/usage/actions/faq>), and Forgejo, which sets `FORGEJO_ACTIONS` and
    /// `GITEA_ACTIONS` (<https://forgejo.org/docs/latest/user/actions/reference/>), and both number the pages
    /// of a repository's runs.
    ///
    /// `GITHUB_SHA` of a pull request is the merge that is checked out, and `GITHUB_HEAD_REF` its branch.
    private static func actions(
        _ name: String, isPresent: @escaping @Sendable (CIVariables) -> Bool, run: String
    ) -> CIProvider {
        CIProvider(
            name: name, isPresent: isPresent,
            runURL: {
                let page = $0.page(
                    below: "GITHUB_SERVER_URL", .value("GITHUB_REPOSITORY"), .text("actions/runs"),
                    .value(run))
                guard run == "GITHUB_RUN_ID", let page, let attempt = $0["GITHUB_RUN_ATTEMPT"],
                    attempt != "1"
                else { return page }
                return WebAddress.withoutCredentials("\(page)/attempts/\(attempt)")
            },
            actor: { $0["GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"] },
            commit: { $0["GITHUB_SHA"] },
            branch: {
                if let head = $0["GITHUB_HEAD_REF"] { return head }
                return $0["GITHUB_REF_TYPE"] == "tag" ? nil : $0["GITHUB_REF", "GITHUB_REF_NAME"]
            })
    }

    /// <https://docs.gitlab.com/ci/variables/predefined_variables/>
    private static let gitlab = CIProvider(
        name: "gitlab", isPresent: { $0["GITLAB_CI"] == "true" },
        runURL: { $0.address("CI_JOB_URL", "CI_PIPELINE_URL") },
        actor: { $0["GITLAB_USER_LOGIN"] }, commit: { $0["CI_COMMIT_SHA"] },
        branch: {
            $0["CI_COMMIT_TAG"] != nil
                ? nil
                : $0[
                    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH",
                    "CI_COMMIT_REF_NAME"]
        })

    /// <https://buildkite.com/docs/pipelines/configure/environment-variables>; a build of the newest commit
    /// has `HEAD` in place of a commit, and of a tag the tag in place of a branch.
    private static let buildkite = CIProvider(
        name: "buildkite", isPresent: { $0["BUILDKITE"] == "true" },
        runURL: {
            guard let build = $0.address("BUILDKITE_BUILD_URL") else { return nil }
            guard let job = $0["BUILDKITE_JOB_ID"] else { return build }
            return WebAddress.withoutCredentials("\(build)#\(job)")
        },
        actor: { $0["BUILDKITE_BUILD_CREATOR"] }, commit: { $0["BUILDKITE_COMMIT"] },
        branch: { $0["BUILDKITE_TAG"] != nil ? nil : $0["BUILDKITE_BRANCH"] })

    /// <https://circleci.com/docs/reference/variables/#built-in-environment-variables>
    private static let circleci = CIProvider(
        name: "circleci", isPresent: { $0["CIRCLECI"] == "true" },
        runURL: { $0.address("CIRCLE_BUILD_URL") }, actor: { $0["CIRCLE_USERNAME"] },
        commit: { $0["CIRCLE_SHA1"] },
        branch: { $0["CIRCLE_TAG"] != nil ? nil : $0["CIRCLE_BRANCH"] })

    /// <https://learn.microsoft.com/azure/devops/pipelines/build/variables>; the query of a run's page identifies
    /// the run, and holds nothing but a number.
    private static let azure = CIProvider(
        name: "azure", isPresent: { $0["TF_BUILD"]?.lowercased() == "true" },
        runURL: {
            guard let number = $0["BUILD_BUILDID"],
                number.utf8.allSatisfy({ (48...57).contains($0) }),
                let page = $0.page(
                    below: "SYSTEM_COLLECTIONURI", .value("SYSTEM_TEAMPROJECTID"),
                    .text("_build/results"))
            else { return nil }
            return "\(page)?buildId=\(number)"
        },
        actor: { $0["BUILD_REQUESTEDFOR"] }, commit: { $0["BUILD_SOURCEVERSION"] },
        branch: { $0["SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"] })

    /// <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>
    private static let bitbucket = CIProvider(
        name: "bitbucket", isPresent: { $0["BITBUCKET_BUILD_NUMBER"] != nil },
        runURL: {
            $0.page(
                below: "BITBUCKET_GIT_HTTP_ORIGIN", .text("pipelines/results"),
                .value("BITBUCKET_BUILD_NUMBER"))
        },
        actor: { $0["BITBUCKET_STEP_TRIGGERER_UUID"] }, commit: { $0["BITBUCKET_COMMIT"] },
        branch: { $0["BITBUCKET_TAG"] != nil ? nil : $0["BITBUCKET_BRANCH"] })

    /// <https://woodpecker-ci.org/docs/usage/environment>
    private static let woodpecker = CIProvider(
        name: "woodpecker", isPresent: { $0["CI"] == "woodpecker" },
        runURL: { $0.address("CI_PIPELINE_URL", "CI_PIPELINE_FORGE_URL") },
        actor: { $0["CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"] }, commit: { $0["CI_COMMIT_SHA"] },
        branch: {
            $0["CI_COMMIT_TAG"] != nil ? nil : $0["CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"]
        })

    /// <https://docs.drone.io/pipeline/environment/reference/>
    private static let drone = CIProvider(
        name: "drone", isPresent: { $0["DRONE"] == "true" },
        runURL: { $0.address("DRONE_BUILD_LINK") }, actor: { $0["DRONE_COMMIT_AUTHOR"] },
        commit: { $0["DRONE_COMMIT_SHA", "DRONE_COMMIT"] },
        branch: { $0["DRONE_TAG"] != nil ? nil : $0["DRONE_SOURCE_BRANCH", "DRONE_BRANCH"] })

    /// <https://docs.travis-ci.com/user/environment-variables/>
    private static let travis = CIProvider(
        name: "travis", isPresent: { $0["TRAVIS"] == "true" },
        runURL: { $0.address("TRAVIS_JOB_WEB_URL", "TRAVIS_BUILD_WEB_URL") },
        commit: { $0["TRAVIS_COMMIT"] },
        branch: {
            $0["TRAVIS_TAG"] != nil ? nil : $0["TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"]
        })

    /// <https://www.appveyor.com/docs/environment-variables/>
    private static let appveyor = CIProvider(
        name: "appveyor", isPresent: { $0["APPVEYOR"]?.lowercased() == "true" },
        runURL: {
            $0.page(
                below: "APPVEYOR_URL", .text("project"), .value("APPVEYOR_ACCOUNT_NAME"),
                .value("APPVEYOR_PROJECT_SLUG"), .text("builds"), .value("APPVEYOR_BUILD_ID"))
        },
        commit: { $0["APPVEYOR_REPO_COMMIT"] },
        branch: {
            $0["APPVEYOR_REPO_TAG"]?.lowercased() == "true"
                ? nil : $0["APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH"]
        })

    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>
    private static let codebuild = CIProvider(
        name: "codebuild", isPresent: { $0["CODEBUILD_BUILD_ID"] != nil },
        runURL: { $0.address("CODEBUILD_PUBLIC_BUILD_URL", "CODEBUILD_BUILD_URL") },
        actor: { $0["CODEBUILD_INITIATOR"] },
        commit: { $0["CODEBUILD_RESOLVED_SOURCE_VERSION"] },
        branch: { $0["CODEBUILD_WEBHOOK_HEAD_REF"] })

    /// <https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values>; commit and branch
    /// are variables only where the build maps them.
    private static let cloudbuild = CIProvider(
        name: "cloudbuild", isPresent: { $0["BUILDER_OUTPUT"] != nil },
        commit: { $0["COMMIT_SHA"] },
        branch: { $0["TAG_NAME"] != nil ? nil : $0["BRANCH_NAME"] })

    /// <https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html>
    private static let teamcity = CIProvider(
        name: "teamcity", isPresent: { $0["TEAMCITY_VERSION"] != nil },
        runURL: { $0.address("BUILD_URL") }, commit: { $0["BUILD_VCS_NUMBER"] })

    /// <https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables> and the plugins git
    /// (`GIT_…`), branch-api (`CHANGE_BRANCH`, `BRANCH_NAME`, `TAG_NAME`) and build-user-vars (`BUILD_USER_ID`).
    private static let jenkins = CIProvider(
        name: "jenkins", isPresent: { $0["JENKINS_URL"] != nil },
        runURL: { $0.address("BUILD_URL") }, actor: { $0["BUILD_USER_ID"] },
        commit: { $0["GIT_COMMIT"] },
        branch: {
            if $0["TAG_NAME"] != nil { return nil }
            guard let name = $0["CHANGE_BRANCH", "BRANCH_NAME", "GIT_LOCAL_BRANCH", "GIT_BRANCH"],
                name != "detached"
            else { return nil }
            for remote in ["refs/remotes/origin/", "origin/"] where name.hasPrefix(remote) {
                return String(name.dropFirst(remote.count))
            }
            return name
        })
}
