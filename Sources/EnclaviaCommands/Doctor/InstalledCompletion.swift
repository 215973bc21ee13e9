/// Looks for the completion scripts of this program and for `enclavia-complete`, and changes nothing.
package protocol CompletionProbe: Sendable {
    /// One entry for each shell that this program completes in and that is installed here.
    func installed() async -> [InstalledCompletion]

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

/// What completes `enclavia` in a new interactive shell, as the shell itself says.
package struct InstalledCompletion: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// This version's script: a file, or `nil` where a startup file prints it to the shell.
        case current(path: String?)
        /// A script that differs from what this program prints.
        case outdated(path: String?)
        /// Something else, such as a function of another completion framework.
        case other(completer: String)
        /// Nothing, although the file has this version's script.
        case notLoaded(path: String, CompletionObstacle)
        /// Nothing, and no file is known that would do it.
        case missing
        /// The shell did not say.
        case unknown(ShellSilence)
    }

    /// `bash`, `zsh` or `fish`.
    package let shell: String
    package let state: State

    package init(shell: String, state: State) {
        self.shell = shell
        self.state = state
    }
}

/// Why a shell does not load a completion script, and the line that makes it.
package struct CompletionObstacle: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// bash: its startup files do not load the bash-completion package, which loads completions at TAB.
        case noBashCompletion
        /// zsh: its startup files do not run `compinit`.
        case noCompinit
        /// The shell does not look in the file's directory.
        case notSearched(directory: String)
        /// zsh: `compinit` does not know the file, although it is in `fpath`.
        case staleDump(path: String?)
    }

    package let reason: Reason
    /// The startup file that the line belongs to.
    package let startupFile: String
    /// `nil` where the path cannot be typed, or no line helps.
    package let line: String?

    package init(reason: Reason, startupFile: String, line: String?) {
        self.reason = reason
        self.startupFile = startupFile
        self.line = line
    }
}
