import EnclaviaBase
import Glibc

/// `status --short`: one line for a prompt, or nothing where all is well.
///
/// It runs each time that a prompt is drawn. As completion, it starts no thread, reads the history alone, and prints
/// nothing else even where it fails.
package struct ShortStatus: Hashable, Sendable {
    /// The word that `enclavia-complete` takes before the options, in the place of a word to complete.
    package static let companionVerb = "__status"
    /// What is printed where the history cannot be read in time: a prompt must not look as if all were well.
    package static let unknown = "?"

    /// How to print the counts; `nil` for all of them, separated by spaces.
    private let template: ShortStatusTemplate?
    private let wantsExitCode: Bool

    package init(template: ShortStatusTemplate?, wantsExitCode: Bool) {
        self.template = template
        self.wantsExitCode = wantsExitCode
    }

    /// Reads the words after the program's name.
    ///
    /// - Returns: `nil` for another command, and where the argument parser is to decide: for `--short` with other
    ///   options or an argument, and for a template that breaks the grammar.
    package init?(_ words: some Sequence<String>) {
        var rest = Array(words)[...]
        guard rest.popFirst() == "status", rest.contains("--short") else { return nil }
        var template: ShortStatusTemplate?
        var wantsExitCode = false
        while let word = rest.popFirst() {
            switch word {
            case "--short": break
            case "--exit-code": wantsExitCode = true
            default:
                let option = "--format"
                let isJoined = word.hasPrefix(option + "=")
                guard word == option || isJoined,
                    let text = isJoined
                        ? String(word.dropFirst(option.count + 1)) : rest.popFirst(),
                    text.isUTF8, let read = try? ShortStatusTemplate(option: text)
                else { return nil }
                template = read
            }
        }
        self.init(template: template, wantsExitCode: wantsExitCode)
    }

    /// Prints the line for the history of the environment, within the time of a completion. From then on, a write to
    /// a closed pipe fails, and does not end the process.
    ///
    /// - Returns: the exit status; `nil` where standard output cannot be written, unless its reader has gone.
    package func run() -> CInt? {
        signal(SIGPIPE, SIG_IGN)
        let (line, status) = read()
        guard let line else { return status }
        return StandardStreams.write(line + "\n") ? status : nil
    }

    /// Reads the history of the environment, within the time of a completion: the process ends, with a line that says
    /// that the counts are unknown, if a disk does not answer.
    ///
    /// - Returns: the line, `nil` where nothing is to be printed, and the exit status.
    package func read() -> (line: String?, status: CInt) {
        let counts = CompletionTimeout.limited(
            orElse: Self.unknown + "\n", status: exitStatus(nil)
        ) {
            try? Self.reader?.counts()
        }
        return (line(counts, isUTF8: Self.isUTF8), exitStatus(counts))
    }

    /// - Parameters:
    ///   - counts: `nil` where they are unknown.
    ///   - isUTF8: whether the terminal shows characters outside ASCII.
    /// - Returns: `nil` where nothing needs attention, and where the template shows nothing of what does.
    package func line(_ counts: AttentionCounts?, isUTF8: Bool) -> String? {
        guard let counts else { return Self.unknown }
        guard !counts.isEmpty else { return nil }
        return (template ?? .all).text(counts, isUTF8: isUTF8)
    }

    /// 1 where something needs attention, 74 where that is not known, if the exit status is to tell.
    package func exitStatus(_ counts: AttentionCounts?) -> CInt {
        guard wantsExitCode else { return 0 }
        guard let counts else { return 74 }
        return counts.isEmpty ? 0 : 1
    }

    /// `nil` where no home directory is known.
    private static var reader: AttentionReader? {
        CompletionEnvironment.stateDirectory.map {
            AttentionReader(
                stateDirectory: $0, runtimeDirectory: CompletionEnvironment.runtimeDirectory,
                sharedHistory: CompletionEnvironment.sharedHistory)
        }
    }

    private static var isUTF8: Bool {
        isUTF8(CompletionEnvironment.ofLocale)
    }

    /// Whether the locale's encoding is UTF-8: the first of these variables that is not empty decides (POSIX.1-2024,
    /// Base Definitions, section 8.2).
    package static func isUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
            .first { !$0.isEmpty }
        guard let locale, let dot = locale.utf8.firstIndex(of: UInt8(ascii: ".")) else {
            return false
        }
        let encoding = locale[locale.index(after: dot)...].prefix { $0 != "@" }
        return ["utf-8", "utf8"].contains(encoding.lowercased())
    }
}
