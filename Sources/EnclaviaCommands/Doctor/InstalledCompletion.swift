/// Looks for the completion scripts of this program and for `enclavia-complete`. Changes nothing but what shells change
/// when they start.
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
        /// This version's script, which a file loads, or has among other things.
        case indirect(path: String)
        /// This version's script, but TAB completes nothing at all.
        case switchedOff(TabObstacle)
        /// A script that differs from what this program prints; from a file, or `nil` where a startup file prints it to
        /// the shell. `completion --install` replaces it where `isReplaceable`: else the file may be the user's own.
        case outdated(path: String?, isReplaceable: Bool = false)
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

/// What keeps TAB from completing anything in a shell.
package enum TabObstacle: Hashable, Sendable {
    /// bash: `shopt -u progcomp`.
    case progcomp
    /// bash: readline's `set disable-completion on`.
    case disableCompletion
    /// zsh: TAB is bound to nothing, or inserts itself.
    case noBinding
}

/// Why a shell does not load a completion script, and the line that makes it.
package struct CompletionObstacle: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// bash: its startup files do not load the bash-completion package, which loads completions at TAB.
        case noBashCompletion
        /// zsh: its startup files do not run `compinit`.
        case noCompinit
        /// zsh: `compinit` stopped, because others can write to a directory in `fpath`.
        case insecureDirectory
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
