/// Looks for the completion scripts of this program, and changes nothing.
package protocol CompletionProbe: Sendable {
    /// One entry for each shell that this program completes in and that is installed here.
    func installed() -> [InstalledCompletion]
}

/// The completion of one shell.
package struct InstalledCompletion: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case current(path: String)
        /// The file differs from what this program prints.
        case outdated(path: String)
        case missing
    }

    /// `bash`, `zsh` or `fish`.
    package let shell: String
    package let state: State

    package init(shell: String, state: State) {
        self.shell = shell
        self.state = state
    }
}
