import EnclaviaCore
import Subprocess
import SystemPackage

/// The environment of a child.
package enum ChildEnvironment {
    /// Variables that no child may see: this program's own token, and credentials that would take precedence over
    /// the private ones (`DOCKER_AUTH_CONFIG`, Docker CLI 28.3).
    private static let withheld: Set = ["ENCLAVIA_TOKEN", "DOCKER_AUTH_CONFIG"]

    /// What a child may see of `environment`.
    package static func of(_ environment: [String: String]) -> [String: String] {
        environment.filter { !withheld.contains($0.key) }
    }
}

extension Arguments {
    /// The words' own bytes.
    init(native words: [String]) {
        self.init(words.map { $0.nativeBytes + [0] })
    }
}

extension Environment {
    /// The variables' own bytes.
    package static func native(_ variables: [String: String]) -> Environment {
        .custom(variables.map { "\($0)=\($1)".nativeBytes + [0] })
    }
}

/// A password, or another short text, on its way to a child's standard input.
enum PasswordPipe {
    /// The reading end of a pipe that holds the text and nothing else.
    ///
    /// It is written before anybody reads: a pipe takes 64 KiB (pipe(7)), so that no write can block, and
    /// none can meet a closed end, which would raise `SIGPIPE`.
    ///
    /// - Throws: `Errno.messageTooLong` for a text that no pipe holds.
    static func make(holding bytes: [UInt8]) throws(Errno) -> FileDescriptor {
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
