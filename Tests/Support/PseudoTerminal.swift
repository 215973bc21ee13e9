import Foundation

/// Pseudo-terminals (pty(7)), which a container without `/dev/ptmx` or devpts does not have.
package enum PseudoTerminal {
    package static let isAvailable: Bool = {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        defer { close(terminal) }
        // TIOCGPTN (ioctl_tty(2)), a macro that Swift does not see.
        var number: Int32 = 0
        return ioctl(terminal, 0x8004_5430, &number) == 0
            && access("/dev/pts/\(number)", F_OK) == 0
    }()
}
