import EnclaviaCore

// The messages about the engine's client as a process: its terminal, and its private configuration.

extension Words {
    static func notInstalled(_ program: String) -> Explanation {
        Explanation(
            .engineUnavailable,
            "\(quoted(program)) is not on PATH: install a container engine (on Debian:"
                + " apt-get install docker.io), or set ENCLAVIA_ENGINE")
    }

    static func wantsTerminal(_ command: String) -> Explanation {
        Explanation(
            .engineUnavailable,
            "\(shown(command)) asked for something on the terminal, which it is not given here, and"
                + " was ended: answer it beforehand, or set ENCLAVIA_ENGINE to a client that does"
                + " not ask",
            hint: "where the client is run by sudo, run `sudo -v` first")
    }

    static func explain(_ trouble: EngineTrouble, _ reason: String) -> Explanation {
        let reason = shown(reason)
        let message =
            switch trouble {
            case .apiVersion:
                "the engine and its client speak different versions of the API: \(reason): upgrade"
                    + " the older one, or unset DOCKER_API_VERSION"
            case .tls:
                "the engine and its client do not agree on TLS: \(reason): check DOCKER_TLS_VERIFY,"
                    + " DOCKER_CERT_PATH and the certificates of the context"
            case .address:
                "the engine's client cannot use its engine's address: \(reason): check DOCKER_HOST,"
                    + " DOCKER_CONTEXT and `docker context ls`"
            case .foreignAnswer:
                "what answered the engine's client is no container engine: \(reason): check"
                    + " DOCKER_HOST, and any proxy between the two"
            case .noAnswer:
                "no container engine answers: \(reason): start it, or set DOCKER_HOST"
            }
        return Explanation(.engineUnavailable, message)
    }

    static func noPrivateDirectory(_ path: String, _ reason: String) -> Explanation {
        Explanation(
            .config,
            "the engine's login needs a directory, and none can be made in \(shown(path)):"
                + " \(shown(reason)): set XDG_RUNTIME_DIR, ENCLAVIA_STATE_DIR or HOME to a directory"
                + " that you can write")
    }

    /// Credentials that should have gone with their push.
    static func leftCredentials(in path: String) -> String {
        "the engine's credentials in \(shown(path)) could not be removed: remove that directory"
    }
}
