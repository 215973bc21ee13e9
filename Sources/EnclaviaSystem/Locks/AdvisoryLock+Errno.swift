import EnclaviaCore
import SystemPackage

extension AdvisoryLock {
    /// Acquires the lock without waiting.
    ///
    /// - Returns: `nil` on success; `wouldBlock` if somebody else holds the lock.
    package func take(on file: FileDescriptor) -> Errno? {
        take(onDescriptor: file.rawValue).map(Errno.init(rawValue:))
    }
}
