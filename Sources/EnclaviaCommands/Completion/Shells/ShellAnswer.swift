import EnclaviaCore
import EnclaviaSystem

/// What a shell said of itself.
struct ShellAnswer: Hashable, Sendable {
    private let fields: [(name: Substring, value: String)]

    /// The fields that ``ShellQuestion`` makes the shell print.
    ///
    /// - Parameter bytes: what the shell printed between the marks. What is not a field, such as the output of a trap,
    ///   is ignored.
    init(_ bytes: [UInt8]) {
        fields = bytes.split(separator: 0).compactMap { field in
            guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let value = Array(field[(equals + 1)...]).map(CChar.init(bitPattern:)) + [0]
            return (Substring(decoding: field[..<equals], as: UTF8.self), String(native: value))
        }
    }

    static func == (one: ShellAnswer, other: ShellAnswer) -> Bool {
        one.fields.elementsEqual(other.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    func hash(into hasher: inout Hasher) {
        for field in fields { hasher.combine(field.value) }
    }

    /// `nil` where it is empty.
    private func value(_ name: String) -> String? {
        fields.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// bash: the function that loads completions at TAB; zsh: `compdef`, once `compinit` has run.
    var loader: String? { value("loader") }

    /// zsh: whether `compinit` ran and stopped, which undefines `compdef` and leaves `compaudit`.
    var isCompinitAborted: Bool { loader == nil && value("audit") != nil }

    /// What keeps TAB from completing anything.
    var tabObstacle: TabObstacle? {
        switch value("tab") {
        case "progcomp": .progcomp
        case "disable-completion": .disableCompletion
        case let binding? where binding.hasSuffix(" undefined-key"): .noBinding
        case let binding? where binding.hasSuffix(" self-insert"): .noBinding
        default: nil
        }
    }

    /// What completes `enclavia`: a function, or the rule of fish.
    var completer: String? { value("completer") }

    /// The file that defines ``completer``; not a regular file, or `nil`, where that was read from a pipe.
    var source: String? { value("source") }

    /// The functions of our script, as the shell prints them.
    var definitions: String? { value("definitions") }

    /// The directories in which zsh and fish look for completions.
    var searchPath: [String] { fields.filter { $0.name == "path" }.map(\.value) }

    /// The directory of the startup files of zsh (`ZDOTDIR`) and fish.
    var startupDirectory: String? { value("startup") }

    /// bash: `BASH_COMPLETION_USER_DIR`.
    var userDirectory: String? { value("user") }

    /// zsh: where `compinit` keeps what it found.
    var dumpFile: String? { value("dump") }
}

/// Why a shell did not say what it loads.
package enum ShellSilence: Error, Hashable, Sendable {
    /// Its startup files took longer than this.
    case timeout(Duration)
    /// It ended without an answer, with this exit status: in its startup files, or because they closed its output.
    case ended(status: Int32)
    /// It was not started, because there is no home directory.
    case noHome(path: String)
    /// It was not started, because this is root and the home directory is another user's.
    case foreignHome(path: String)
    /// It was not started, because a startup file of a shell that was asked runs this program.
    case nested
    /// The task was cancelled.
    case cancelled
    /// It could not be started.
    case unusable(reason: String)
}
