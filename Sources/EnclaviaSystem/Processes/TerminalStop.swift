import EnclaviaCore
import Glibc
import Synchronization

/// Detects that a client tries to use the terminal, and ends it.
///
/// A client has its own process group, in the terminal's background. The kernel stops it with SIGTTIN if it reads
/// from the terminal, and with SIGTTOU if it sets the terminal's modes, and nothing would ever continue it
/// (termios(3), setpgid(2)). It does not get the terminal's foreground, because a Ctrl-C would then reach it alone.
final class TerminalStop: Sendable {
    private static let pause = Duration.milliseconds(200)

    private let process = Mutex<pid_t?>(nil)
    private let happened = Atomic(false)

    /// Whether the process has a controlling terminal.
    static var isPossible: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    var hasHappened: Bool { happened.load(ordering: .acquiring) }

    /// Starts to watch `process`, which leads a process group.
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
                // sudo stops itself and not the script that started it. The signal that stopped a grandchild is not
                // visible; a user's SIGSTOP goes to the client itself.
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
    /// Signals do not reach a client of another user, such as sudo. The kernel ends it with this process
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

    /// The signal that stopped a child; `nil` if it is not stopped. Does not reap the child.
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
