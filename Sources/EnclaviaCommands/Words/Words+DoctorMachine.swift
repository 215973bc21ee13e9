import EnclaviaCore

// What `doctor` says of the engine, the account, the clock and the shells.

extension Words {
    static func explainClient(_ status: EngineStatus) -> (String, String?) {
        guard let path = status.path else {
            return (
                "\(quoted(status.program)) is not on PATH",
                "install a container engine (on Debian: apt-get install docker.io), or set"
                    + " ENCLAVIA_ENGINE"
            )
        }
        if EngineStatus.isSnap(path) {
            return (
                "pushes run \(shown(path)), a snap, which ignores DOCKER_CONFIG: a push's login"
                    + " would go into its own configuration, and is refused", snapAdvice
            )
        }
        guard status.isPodman else { return ("pushes run \(shown(path))", nil) }
        return ("pushes run \(shown(path)), which is podman", nil)
    }

    static func mended(
        _ sentence: (message: String, step: String)
    ) -> (message: String, mend: String?) {
        (sentence.message, sentence.step)
    }

    static func explainEngine(_ status: EngineStatus) -> (String, String?) {
        guard let engine = status.engine else {
            return (
                "no container engine answers at \(shown(status.endpoint)):"
                    + " \(shown(status.unreachable ?? "it does not say why"))",
                "start it, or set DOCKER_HOST"
            )
        }
        return (
            "\(shown(engine.name)) \(shown(engine.version)) answers at \(shown(status.endpoint))",
            nil
        )
    }

    static func explain(_ helper: EngineStatus.CredentialHelper) -> (String, String?) {
        guard let path = helper.path else {
            return (
                "the Docker configuration names the credential helper \(shown(helper.program)),"
                    + " which is not on PATH: your own `docker login` fails (pushes do not use it)",
                "install it, or take \"credsStore\" out of Docker's config.json"
            )
        }
        return (
            "the Docker configuration names the credential helper \(shown(path)); pushes do not"
                + " use it", nil
        )
    }

    static func explain(leftovers paths: [String]) -> (String, String?) {
        guard let first = paths.first else {
            return ("no push has left credentials behind", nil)
        }
        return (
            "\(count(paths.count, "push that was", "pushes that were")) killed left credentials"
                + " behind, such as \(shown(first))",
            "run `enclavia history reconcile`, which takes them away; so does the next push"
        )
    }

    static func explain(_ account: Account?) -> (String, String?) {
        guard let account else {
            return (
                "you are not logged in", "run `enclavia auth login`, or set ENCLAVIA_TOKEN"
            )
        }
        let handle = account.handle.map { " as \(shown($0))" } ?? ""
        return ("you are logged in\(handle) at \(shown(account.backend))", nil)
    }

    /// The next step where credentials or the backend are at fault.
    static func mend(_ error: BackendError) -> String {
        switch error {
        case .unavailable, .failed, .cancelled:
            "look at the network, at ENCLAVIA_BACKEND_URL, and at HTTPS_PROXY"
        case .configuration: "mend or remove it, and run `enclavia auth login`"
        case .wrongBackend: "unset ENCLAVIA_BACKEND_URL, or run `enclavia auth login`"
        case .notLoggedIn, .unauthorized: "run `enclavia auth login`, or set ENCLAVIA_TOKEN"
        case .unreachable(_, let fault):
            hint(fault) ?? "look at the network, at ENCLAVIA_BACKEND_URL, and at HTTPS_PROXY"
        case .notFound, .conflict, .refused, .protocolViolation:
            "see whether ENCLAVIA_BACKEND_URL names an Enclavia backend"
        }
    }

    static func explain(clock offset: Int64, isOff: Bool) -> (String, String?) {
        let seconds = abs(offset) / 1000
        guard isOff else { return ("the clock agrees with the backend's", nil) }
        return (
            "the clock is \(seconds) s \(offset > 0 ? "behind" : "ahead of") the backend's, so"
                + " tokens expire at other times than they seem to, and records are dated wrongly",
            "set the clock, and let it be kept (on Debian: apt-get install systemd-timesyncd)"
        )
    }

    static func explain(_ completion: InstalledCompletion) -> (String, String?) {
        let shell = completion.shell
        return switch completion.state {
        case .current(let path):
            ("\(shell) completes from \(shown(path))", nil)
        case .outdated(let path):
            (
                "\(shell) completes from \(shown(path)), which another version wrote",
                "enclavia completion \(shell) > '\(shown(path))'"
            )
        case .missing:
            (
                "\(shell) is here, and has no completion for enclavia",
                "run `make install`, or install the package; or put the output of `enclavia"
                    + " completion \(shell)` where \(shell) looks for it"
            )
        }
    }
}
