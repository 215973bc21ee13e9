// The messages about the engine's client as a process: its terminal, and its private configuration.

extension Words {
    static func wantsTerminal(_ command: String) -> Explanation {
        Explanation(
            .engineUnavailable,
            "\(shown(command)) asked for something on the terminal, which it is not given here, and"
                + " was ended: answer it beforehand, or set ENCLAVIA_ENGINE to a client that does"
                + " not ask",
            hint: "where the client is run by sudo, run `sudo -v` first")
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
