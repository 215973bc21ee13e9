import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// Asks a shell what completes `enclavia` in it.
///
/// The shell is interactive and reads the user's startup files, as in a new terminal window, because they decide what
/// it loads. It has no terminal, reads nothing, and is killed with all that it started once it has answered. Each fish
/// makes its directories in the home directory if they are missing.
struct ShellProbe {
    /// Set in the environment of the shells, so that a startup file that runs `doctor` does not start more of them.
    static let mark = "ENCLAVIA_DOCTOR"
    /// How long the startup files may take.
    static let timeout = Duration.seconds(10)

    private let shell: CompletionShell
    private let program: String
    private let environment: [String: String]
    private let home: String
    /// Whether a shell that was asked has started this program.
    private let isNested: Bool

    /// `nil` where the shell is not installed.
    init?(_ shell: CompletionShell, _ settings: Settings) {
        guard let program = ProgramSearch.find(shell.rawValue, in: settings.environment["PATH"])
        else { return nil }
        isNested = settings.environment[Self.mark] != nil
        self.shell = shell
        self.program = program
        home = settings.home
        environment = ChildEnvironment.of(settings.environment).merging([Self.mark: "1"]) { $1 }
    }

    /// - Throws: ``ShellSilence``.
    func answer() async throws(ShellSilence) -> ShellAnswer {
        guard !isNested else { throw .nested }
        // fish would create it.
        guard FilePath(native: home).followedStatus?.type == .directory else {
            throw .noHome(path: home)
        }
        guard !Self.isForeign(home) else { throw .foreignHome(path: home) }
        let mark = "enclavia-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let name = shell == .fish ? [] : [shell.rawValue]
        let run = ProgramRun(
            program: program,
            arguments: ["-i", "-c", ShellQuestion.text(for: shell)] + name + [mark]
                + ShellQuestion.functions(of: shell.script),
            environment: environment)
        let printed: (output: [UInt8], end: ProgramRun.SessionEnd)
        do throws(ProgramRunError) {
            printed = try await run.collectInOwnSession(
                until: Self.secondMark(mark), within: Self.timeout)
        } catch {
            if Task.isCancelled { throw .cancelled }
            guard case .unusableProgram(let path, let fault) = error else {
                throw .unusable(reason: "\(program) cannot be run")
            }
            throw .unusable(reason: ErrorMessages.sentence(path, fault).message)
        }
        switch printed.end {
        case .exited(let status): throw .ended(status: status)
        case .stopped: throw .timeout(Self.timeout)
        case .answered:
            // What startup files print comes before the first mark.
            guard let first = printed.output.firstRange(of: Array(mark.utf8)) else {
                throw .ended(status: 0)
            }
            return ShellAnswer(Array(printed.output[first.upperBound...]))
        }
    }

    /// Whether this is root in another user's home directory, as after `sudo -E`, whose startup files are not for
    /// root to run.
    static func isForeign(_ home: String) -> Bool {
        guard geteuid() == 0, let status = FilePath(native: home).followedStatus else {
            return false
        }
        return status.userID != .init(rawValue: 0)
    }

    /// The fields end with NUL, so the second mark follows one.
    private static func secondMark(_ mark: String) -> [UInt8] { [0] + Array("\(mark)\n".utf8) }

    /// Whether the functions that a shell printed are those of this version's script.
    func isOwn(_ definitions: String) async -> Bool {
        let run = ProgramRun(
            program: program,
            arguments: ShellQuestion.reference(for: shell)
                + ShellQuestion.functions(of: shell.script),
            environment: environment)
        guard let own = try? await run.collect(input: Array(shell.script.utf8)), own.isSuccess
        else { return false }
        return Self.lines(String(decoding: own.output, as: UTF8.self)) == Self.lines(definitions)
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: true)
    }
}
