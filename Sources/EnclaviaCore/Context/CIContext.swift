/// The continuous-integration run that a process is part of.
///
/// Found by an allow-list of variables: a CI job's environment at large is full of secrets.
package struct CIContext: Hashable, Sendable {
    /// `github`, `gitlab`, `buildkite`, `jenkins` or `circleci`.
    package let provider: String
    /// The page of the run, without credentials; `nil` where none is given, or it is no web address.
    package let runURL: String?
    /// Who started the run, as the provider names them.
    package let actor: String?

    /// The run that `environment` tells of; `nil` outside of the providers that are known.
    package static func detect(in environment: [String: String]) -> CIContext? {
        let variables = CIVariables(environment)
        guard let provider = CIProvider.allCases.first(where: { $0.isPresent(in: variables) })
        else {
            return nil
        }
        return CIContext(
            provider: provider.rawValue,
            runURL: provider.runURL(in: variables).flatMap(WebAddress.withoutCredentials),
            actor: provider.actor(in: variables))
    }
}

/// An environment, in which an empty variable counts as none.
private struct CIVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    subscript(names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}

/// The variables of each provider, as its documentation lists them.
private enum CIProvider: String, CaseIterable {
    /// <https://docs.github.com/actions/reference/workflows-and-actions/variables>
    case github
    /// <https://docs.gitlab.com/ci/variables/predefined_variables/>
    case gitlab
    /// <https://buildkite.com/docs/pipelines/configure/environment-variables>
    case buildkite
    /// <https://circleci.com/docs/reference/variables/#built-in-environment-variables>
    case circleci
    /// <https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables>; the user comes
    /// from the plugin `build-user-vars`. Agents of other providers may be started by Jenkins: it is
    /// asked for last.
    case jenkins

    func isPresent(in variables: CIVariables) -> Bool {
        switch self {
        case .github: variables["GITHUB_ACTIONS"] == "true"
        case .gitlab: variables["GITLAB_CI"] == "true"
        case .buildkite: variables["BUILDKITE"] == "true"
        case .circleci: variables["CIRCLECI"] == "true"
        case .jenkins: variables["JENKINS_URL"] != nil
        }
    }

    func runURL(in variables: CIVariables) -> String? {
        switch self {
        case .github:
            guard let server = variables["GITHUB_SERVER_URL"],
                let repository = variables["GITHUB_REPOSITORY"],
                let run = variables["GITHUB_RUN_ID"]
            else { return nil }
            let address = "\(server)/\(repository)/actions/runs/\(run)"
            guard let attempt = variables["GITHUB_RUN_ATTEMPT"], attempt != "1" else {
                return address
            }
            return "\(address)/attempts/\(attempt)"
        case .gitlab: return variables["CI_JOB_URL", "CI_PIPELINE_URL"]
        case .buildkite:
            guard let build = variables["BUILDKITE_BUILD_URL"] else { return nil }
            return variables["BUILDKITE_JOB_ID"].map { "\(build)#\($0)" } ?? build
        case .circleci: return variables["CIRCLE_BUILD_URL"]
        case .jenkins: return variables["BUILD_URL"]
        }
    }

    func actor(in variables: CIVariables) -> String? {
        switch self {
        case .github: variables["GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"]
        case .gitlab: variables["GITLAB_USER_LOGIN"]
        case .buildkite: variables["BUILDKITE_BUILD_CREATOR"]
        case .circleci: variables["CIRCLE_USERNAME"]
        case .jenkins: variables["BUILD_USER_ID"]
        }
    }
}
