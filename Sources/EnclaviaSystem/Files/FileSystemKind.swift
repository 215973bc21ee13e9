import EnclaviaCore
import Glibc
import SystemPackage

/// What kind of file system a directory lies on.
package enum FileSystemKind: Hashable, Sendable {
    case local
    /// Shared memory between machines cannot be relied on there, so SQLite's write-ahead log cannot.
    case network
    /// Local, and slow to make a write durable.
    case zfs

    /// Queries the kernel; an unknown file system counts as local.
    ///
    /// Source: the magic numbers of statfs(2) and of `linux/magic.h`.
    package static func of(_ directory: String) -> FileSystemKind {
        guard let symbol = dlsym(nil, "statfs") else { return .local }
        let statfs = unsafeBitCast(symbol, to: StatFS.self)
        // `struct statfs` begins with `f_type`, one word, and is 120 bytes long on 64-bit Linux.
        var found = [Int](repeating: 0, count: 64)
        guard found.withUnsafeMutableBytes({ statfs(directory.native, $0.baseAddress) }) == 0 else {
            return .local
        }
        let magic = UInt32(truncatingIfNeeded: found[0])
        return networkMagics.contains(magic) ? .network : magic == zfsMagic ? .zfs : .local
    }

    /// statfs(2), which the Swift overlay of glibc leaves out.
    private typealias StatFS =
        @convention(c) (UnsafePointer<CChar>, UnsafeMutableRawPointer?) -> CInt

    /// OpenZFS, `include/os/linux/zfs/sys/zfs_vfsops_os.h`.
    private static let zfsMagic: UInt32 = 0x2FC1_2FC1

    private static let networkMagics: Set<UInt32> = [
        0x6969,  // NFS
        0x517B,  // SMB
        0xFF53_4D42,  // CIFS
        0xFE53_4D42,  // SMB 2 and 3
        0x5346_414F, 0x6B41_4653,  // AFS
        0x7375_7245,  // Coda
        0x0102_1997,  // 9P
        0x00C3_6400,  // Ceph
        0x0BD0_0BD0,  // Lustre
        0x4750_4653,  // GPFS
        0x7461_636F,  // OCFS2
        0x0116_1970,  // GFS2
        0x1983_0326,  // BeeGFS
        0x786F_4256,  // VirtualBox shared folders
        0x6573_5546,  // FUSE: sshfs and its like cannot be told from local ones
    ]
}
