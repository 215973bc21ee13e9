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

    /// Reads the request: for an action that has an input, to the end of `input`, or its first 1 MiB. On a
    /// terminal, at which a person tries the action, it reads one line for `get` and nothing else.
    ///
    /// - Parameter arguments: the words after the program's name.
    package init(_ arguments: [String], from input: FileDescriptor) {
        guard arguments.count == 1 else {
            self = .noAction
            return
        }
        switch arguments[0] {
        case "get": self = .get(server: Self.server(in: Self.read(input, fromTerminal: true)))
        case "store":
            _ = Self.read(input, fromTerminal: false)
            self = .store
        case "erase":
            _ = Self.read(input, fromTerminal: false)
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
    /// - Parameter fromTerminal: whether a line is read on a terminal; else nothing is.
    private static func read(_ input: FileDescriptor, fromTerminal: Bool) -> [UInt8] {
        if isatty(input.rawValue) == 1 {
            guard fromTerminal else { return [] }
            // A terminal's read(2) ends with the line.
            var line = [UInt8](repeating: 0, count: 4096)
            let count = (try? line.withUnsafeMutableBytes { try input.read(into: $0) }) ?? 0
            return Array(line[..<count])
        }
        return (try? BoundedFile(input, limit: limit))?.bytes ?? []
    }
}
