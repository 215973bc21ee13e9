import EnclaviaCore
import EnclaviaSystem
import Glibc
import SystemPackage

/// What a client asks of `docker-credential-enclavia`.
///
/// Source: `Serve` and `HandleCommand` of docker-credential-helpers
/// (<https://github.com/docker/docker-credential-helpers/blob/master/credentials/credentials.go>).
package enum HelperRequest: Hashable, Sendable {
    /// The credentials for a server, as the client names it; without white space around it, and perhaps empty.
    case get(server: String)
    /// Credentials to store, or to erase; nothing is done with them.
    case store, erase
    case list
    case version
    case help
    /// No action, or more words than one.
    case noAction
    case unknown(action: String)

    /// The most that is read of standard input, in bytes.
    private static let limit = 1 << 20

    /// Reads the request, to the end of `input` where the action has one. On a terminal, at which a person tries
    /// the action, it reads one line for `get` and nothing else.
    ///
    /// - Parameter arguments: the words after the program's name.
    package init(_ arguments: [String], from input: FileDescriptor) {
        guard arguments.count == 1 else {
            self = .noAction
            return
        }
        switch arguments[0] {
        case "get": self = .get(server: Self.server(in: Self.read(input, lines: 1)))
        case "store":
            _ = Self.read(input, lines: 0)
            self = .store
        case "erase":
            _ = Self.read(input, lines: 0)
            self = .erase
        case "list": self = .list
        case "version", "--version", "-v": self = .version
        case "--help", "-h": self = .help
        case let action: self = .unknown(action: action)
        }
    }

    /// Bytes that are not UTF-8 become U+FFFD, which is in the name of no server.
    private static func server(in bytes: [UInt8]) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<end].drop(while: isSpace), as: UTF8.self)
    }

    /// An input that cannot be read is empty.
    ///
    /// - Parameter lines: how many are read on a terminal; 0 or 1.
    private static func read(_ input: FileDescriptor, lines: Int) -> [UInt8] {
        if isatty(input.rawValue) == 1 {
            guard lines > 0 else { return [] }
            // A terminal's read(2) ends with the line.
            var line = [UInt8](repeating: 0, count: 4096)
            let count = (try? line.withUnsafeMutableBytes { try input.read(into: $0) }) ?? 0
            return Array(line[..<count])
        }
        return (try? BoundedFile(input, limit: limit))?.bytes ?? []
    }
}
