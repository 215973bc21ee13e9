import EnclaviaCore
import Glibc
import Synchronization

/// Notices that a client asks for something on the terminal, and ends it.
///
/// A client is in a process group of its own, in the terminal's background: the kernel stops it with
/// SIGTTIN where it reads from the terminal, with SIGTTOU where it sets its modes, and nothing would ever
/// continue it (termios(3), setpgid(2)). It is not given the terminal: a Ctrl-C would then reach it alone.
final class TerminalStop: Sendable {
    private static let pause = Duration.milliseconds(200)

    private let process = Mutex<pid_t?>(nil)
    private let happened = Atomic(false)

    /// Whether there is a terminal to ask on.
    static var isPossible: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    var hasHappened: Bool { happened.load(ordering: .acquiring) }

    /// From now on `process`, which leads a process group, is watched.
    func started(_ process: pid_t) { self.process.withLock { $0 = process } }

    /// Waits until the client is stopped by the terminal.
    ///
    /// - Returns: `false` where the task was cancelled before.
    func wait() async -> Bool {
        var stoppedBefore: Set<pid_t> = []
        while (try? await Task.sleep(for: Self.pause)) != nil {
            guard let process = process.withLock({ $0 }) else { continue }
            var stopped: Set<pid_t> = []
            switch Self.stopSignal(of: process) {
            case SIGTTIN, SIGTTOU:
                happened.store(true, ordering: .releasing)
                return true
            case nil:
                // sudo stops itself and not the script that started it. Which signal it was is not
                // shown of another's child; a person's SIGSTOP goes to the client itself.
                stopped = Set(
                    ProcessStatus.descendants(of: process)
                        .filter { $0.isStopped && $0.isInBackground }.map(\.identifier))
            default:
                // Stopped by a person, who will continue it.
                break
            }
            if !stopped.isDisjoint(with: stoppedBefore) {
                happened.store(true, ordering: .releasing)
                return true
            }
            stoppedBefore = stopped
        }
        return false
    }

    /// Ends the client and what it started.
    ///
    /// A client of another user, as sudo is, takes no signal; the kernel ends it with this process
    /// (setpgid(2): SIGHUP to stopped groups that are orphaned).
    ///
    /// - Parameter grace: how long it has between SIGTERM and SIGKILL.
    func end(within grace: Duration) async {
        guard let process = process.withLock({ $0 }) else { return }
        // Both fail for a group that has ended, and for another user's.
        kill(-process, SIGTERM)
        kill(-process, SIGCONT)
        let deadline = Deadline(after: grace)
        while !deadline.hasPassed, !Self.hasEnded(process),
            (try? await Task.sleep(for: .milliseconds(20))) != nil
        {}
        kill(-process, SIGKILL)
    }

    /// The signal that stopped a child; `nil` where it is not stopped. Its end is left to be waited for.
    private static func stopSignal(of process: pid_t) -> Int32? {
        var info = siginfo_t()
        guard waitid(P_PID, id_t(process), &info, WSTOPPED | WNOHANG | WNOWAIT) == 0,
            info.si_signo == SIGCHLD
        else { return nil }
        return info._sifields._sigchld.si_status
    }

    private static func hasEnded(_ process: pid_t) -> Bool {
        var info = siginfo_t()
        let result = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || info.si_signo == SIGCHLD
    }
}
