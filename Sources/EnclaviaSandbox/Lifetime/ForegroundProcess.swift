import Foundation
import Synchronization

/// The command's process while it lives, for passing signals on.
final class ForegroundProcess: Sendable {
    private enum State {
        case starting(pending: Int32?)
        case running(Int32)
        case ended
    }

    private let state = Mutex(State.starting(pending: nil))

    func started(_ process: Int32) {
        let pending: Int32? = state.withLock { state in
            defer { state = .running(process) }
            if case .starting(let pending) = state { return pending }
            return nil
        }
        if let pending { kill(process, pending) }
    }

    func ended() {
        state.withLock { $0 = .ended }
    }

    /// Sends `signal` on, and SIGKILL if the process is still there after `grace`. A Ctrl-C or Ctrl-\ of
    /// the terminal has reached the process by itself, being in the same group.
    func forward(_ signal: Int32, grace: Duration) {
        state.withLock { state in
            switch state {
            case .starting: state = .starting(pending: signal)
            case .running(let process):
                if ![SIGINT, SIGQUIT].contains(signal) || !Self.isTerminalForeground {
                    kill(process, signal)
                }
            case .ended: break
            }
        }
        Task {
            try await Task.sleep(for: grace)
            state.withLock { state in
                if case .running(let process) = state { kill(process, SIGKILL) }
            }
        }
    }

    /// Whether a terminal's Ctrl-C and Ctrl-\ go to this process group.
    private static var isTerminalForeground: Bool {
        isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp()
    }
}
