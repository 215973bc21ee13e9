import Glibc

/// Standard input, output and error, which a process may be started without.
package enum StandardStreams {
    /// Occupies each of the descriptors 0, 1 and 2 that is closed. Otherwise a file or socket that is opened
    /// later could get its number, and the program's output would be written into that file, such as the
    /// history.
    ///
    /// They are opened for the opposite access, so that reading standard input and writing the others fail with
    /// `EBADF`, as on a closed descriptor: a result that cannot be written is still an error. Where `/dev/null`
    /// does not exist, the root directory is opened in its place. Call it before anything is opened.
    package static func occupyClosed() {
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is given (open(2)), and those below are taken.
            if open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1 {
                _ = open("/", O_RDONLY | O_DIRECTORY)
            }
        }
    }

    /// Writes a text to standard output, in one call unless a signal or a full pipe interrupts it.
    ///
    /// - Returns: whether all of it was written, or the reader of a pipe has gone, as `head` does, which is not an
    ///   error. That needs SIGPIPE to be ignored or handled.
    @discardableResult
    package static func write(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return errno == EPIPE
            }
        }
        return true
    }
}
