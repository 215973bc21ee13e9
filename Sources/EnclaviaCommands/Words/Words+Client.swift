// The messages about the engine's client as a process.

extension Words {
    static func wantsTerminal(_ command: String) -> Explanation {
        Explanation(
            .engineUnavailable,
            "\(shown(command)) asked for something on the terminal, which it is not given here, and"
                + " was ended: answer it beforehand, or set ENCLAVIA_ENGINE to a client that does"
                + " not ask",
            hint: "where the client is run by sudo, run `sudo -v` first")
    }
}
