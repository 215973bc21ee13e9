/// Looks for the completion scripts of this program and for `enclavia-complete`, and changes nothing.
package protocol CompletionProbe: Sendable {
    /// One entry for each shell that this program completes in and that is installed here.
    func installed() -> [InstalledCompletion]

    /// The program that answers TAB; `nil` where it is not known which program this is.
    func fastProgram() -> FastProgram?
}

/// `enclavia-complete`, which the scripts look for near `enclavia`.
package struct FastProgram: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case current
        /// It belongs to another version, `nil` where it is another program.
        case foreign(version: String?)
        case missing
    }

    package let path: String
    package let state: State

    package init(path: String, state: State) {
        self.path = path
        self.state = state
    }
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
