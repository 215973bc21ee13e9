import Foundation

/// Pseudo-terminals (pty(7)), which a container may not have.
package enum PseudoTerminal {
    package static let isAvailable: Bool = {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }()
}
