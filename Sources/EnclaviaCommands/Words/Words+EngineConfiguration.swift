import EnclaviaCore

// The messages about the user's own configuration of the engine's client.

extension Words {
    /// A client that does not get, or does not heed, the private configuration of the push.
    static func ignoresConfiguration(
        _ client: String, _ registry: String, _ trace: LoginTrace
    ) -> Explanation {
        let logout = "run `\(shown(client)) logout \(shown(registry))`"
        let state =
            switch trace {
            case .removed: "it was logged out again"
            case .left(let path): "\(shown(path)) still holds the registry's token: \(logout)"
            case .replaced(let path):
                "in \(shown(path)) the registry's token has replaced your own login: \(logout) and"
                    + " log in again"
            case .unknown:
                "whether it keeps the registry's token elsewhere is not known; if it does, \(logout)"
            }
        return Explanation(
            .engineUnavailable,
            "the login at \(shown(registry)) is not in the push's own configuration, since"
                + " \(shown(client)) ignores DOCKER_CONFIG or keeps logins elsewhere: nothing was"
                + " pushed; \(state)",
            hint: EngineStatus.isSnap(client) ? snapAdvice : wrapperAdvice)
    }

    static let snapAdvice =
        "install Docker's own packages instead of the snap, or set ENCLAVIA_ENGINE to another client"
    private static let wrapperAdvice =
        "let what runs the client pass DOCKER_CONFIG on (sudo: --preserve-env=DOCKER_CONFIG), or set"
        + " ENCLAVIA_ENGINE to another client"

    /// What of the configuration a push does without, and why.
    static func passedOver(_ fault: EngineConfigurationFault) -> String {
        let path = shown(fault.path)
        let without = "its context, proxies and plugins are not used"
        return switch fault.reason {
        case .unreadable(let reason): "\(path) cannot be read (\(shown(reason))): \(without)"
        case .notRegular: "\(path) is not a file: \(without)"
        case .tooLarge(let mebibytes): "\(path) is larger than \(mebibytes) MiB: \(without)"
        case .notJSON: "\(path) is not a JSON object: \(without)"
        case .wrongTypes(let names):
            "\(path) has values of the wrong type, which are not used:"
                + " \(names.map(quoted).joined(separator: ", "))"
        }
    }
}
