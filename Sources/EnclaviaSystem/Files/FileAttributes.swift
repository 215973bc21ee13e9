import CLinux
import SystemPackage

/// The attributes of a file that statx(2) has and stat(2) lacks, without following a symbolic link.
package struct FileAttributes: Sendable {
    private let bits: UInt64

    /// `nil` where the name cannot be examined, and on a kernel without statx.
    package init?(_ path: FilePath) {
        var bits: UInt64 = 0
        guard path.withPlatformString({ clinux_attributes($0, &bits) }) == 0 else { return nil }
        self.bits = bits
    }

    /// Whether neither its content nor its name can change (chattr(1), `i` and `a`).
    package var isFixed: Bool { has(clinux_is_immutable) || has(clinux_is_append_only) }

    /// Whether something is mounted there; `false` before Linux 5.8, which does not report it.
    package var isMountRoot: Bool { has(clinux_is_mount_root) }

    private func has(_ bit: some BinaryInteger) -> Bool { bits & UInt64(bit) != 0 }
}
