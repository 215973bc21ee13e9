import EnclaviaCore
import SystemPackage

/// A password on its way to a child's standard input.
enum PasswordPipe {
    /// The reading end of a pipe that holds the password and nothing else.
    ///
    /// It is written before anybody reads: a pipe takes 64 KiB (pipe(7)), so that no write can block, and
    /// none can meet a closed end, which would raise `SIGPIPE`.
    ///
    /// - Throws: `Errno.messageTooLong` for a password that no pipe holds.
    static func make(holding password: Secret) throws(Errno) -> FileDescriptor {
        let bytes = Array(password.reveal().utf8)
        guard bytes.count <= capacity else { throw .messageTooLong }
        do {
            let ends = try FileDescriptor.pipe()
            do {
                try ends.writeEnd.closeAfter { _ = try ends.writeEnd.writeAll(bytes) }
                return ends.readEnd
            } catch {
                try? ends.readEnd.close()
                throw error
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    private static let capacity = 65536
}
