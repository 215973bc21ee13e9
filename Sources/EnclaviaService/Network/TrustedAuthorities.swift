import EnclaviaCore
import EnclaviaSystem
import Glibc
import NIOSSL
import SystemPackage

/// The authorities whose certificates are trusted.
///
/// Source: Go's `crypto/x509`, root_unix.go and root_linux.go, since users set these variables for Docker:
/// `SSL_CERT_FILE` is read in place of the system's file, and `SSL_CERT_DIR` in place of the system's
/// directories; the certificates of both are trusted. Every file of a directory is read, whatever its name;
/// files that are missing or hold no certificate are skipped.
struct TrustedAuthorities: Sendable {
    /// The TLS library itself looks for the first two of the system's files, and reads them faster.
    private static let knownToLibrary = 2
    /// The largest file that is read, in bytes.
    private static let limit = 16 << 20

    /// `SSL_CERT_FILE`
    let file: String?
    /// `SSL_CERT_DIR`: directories, with colons between them.
    let directories: String?
    let system: SystemAuthorities

    /// - Returns: `nil` where the TLS library's default is the same.
    /// - Throws: ``TransportError/configuration(subject:reason:)`` for an `SSL_CERT_FILE` that cannot be read,
    ///   or holds no certificate.
    func certificates() throws(TransportError) -> [NIOSSLCertificate]? {
        if file == nil, directories == nil,
            system.files.prefix(Self.knownToLibrary).contains(where: Self.exists)
        {
            return nil
        }
        return try all()
    }

    /// Whether there is no authority at all.
    func areNone() throws(TransportError) -> Bool { try all().isEmpty }

    private func all() throws(TransportError) -> [NIOSSLCertificate] {
        var blocks: [[UInt8]] = []
        if let file {
            blocks = try Self.named(file)
        } else if let file = system.files.first(where: Self.exists) {
            blocks = Self.content(of: file).map(PEMBlocks.certificates) ?? []
        }
        let directories =
            directories.map { $0.split(separator: ":").map(String.init) }
            ?? system.directories
        for directory in directories {
            for path in Self.files(in: directory) {
                blocks += Self.content(of: path).map(PEMBlocks.certificates) ?? []
            }
        }
        // A bundle and the files next to it hold the same certificates. Skip duplicates and unreadable ones.
        var seen: Set<[UInt8]> = []
        return blocks.compactMap {
            seen.insert($0).inserted ? try? NIOSSLCertificate(bytes: $0, format: .pem) : nil
        }
    }

    private static func named(_ path: String) throws(TransportError) -> [[UInt8]] {
        func refusal(_ reason: String) -> TransportError {
            .configuration(subject: "SSL_CERT_FILE", reason: "\(path) \(reason)")
        }
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try read(path, onlyRegular: false)
        } catch {
            throw refusal("cannot be read: \(error.description.lowercased())")
        }
        let blocks = PEMBlocks.certificates(in: bytes)
        if blocks.contains(where: { (try? NIOSSLCertificate(bytes: $0, format: .pem)) != nil }) {
            return blocks
        }
        guard (try? NIOSSLCertificate(bytes: bytes, format: .der)) == nil else {
            throw refusal("is DER, not PEM: `openssl x509 -inform DER` converts it")
        }
        throw refusal("contains no readable PEM certificate")
    }

    /// The files in a directory, without links to other files in it: these name its certificates by hash.
    private static func files(in directory: String) -> [String] {
        DirectoryTree.names(in: directory).map { "\(directory)/\($0)" }.filter { !isLinkWithin($0) }
    }

    private static func isLinkWithin(_ path: String) -> Bool {
        FilePath(native: path).linkTarget.map { !$0.contains("/") } ?? false
    }

    private static func exists(_ path: String) -> Bool { access(path.native, R_OK) == 0 }

    /// The content of a regular file; `nil` where it cannot be read.
    private static func content(of path: String) -> [UInt8]? {
        try? read(path, onlyRegular: true)
    }

    /// - Parameter onlyRegular: refuses pipes and devices, whose content may never end.
    private static func read(_ path: String, onlyRegular: Bool) throws(Errno) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(
                FilePath(native: path), .readOnly,
                options: onlyRegular ? [.closeOnExec, .nonBlocking] : .closeOnExec)
            let content = try file.closeAfter {
                let type = try file.stat().type
                if type == .directory { throw Errno.isDirectory }
                if onlyRegular, type != .regular { throw Errno.notSupported }
                return try BoundedFile(file, limit: limit)
            }
            guard !content.isCutOff else { throw Errno.fileTooLarge }
            return content.bytes
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}

/// Where the system keeps its authorities.
package struct SystemAuthorities: Hashable, Sendable {
    /// The first one that exists counts.
    package let files: [String]
    package let directories: [String]

    package init(files: [String], directories: [String]) {
        self.files = files
        self.directories = directories
    }

    package static let linux = SystemAuthorities(
        files: [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
        ], directories: ["/etc/ssl/certs", "/etc/pki/tls/certs"])
}

/// The certificates in a file of PEM, which may hold other things and text between them (RFC 7468, 2).
enum PEMBlocks {
    /// Each from its first line to its last one.
    static func certificates(in file: [UInt8]) -> [[UInt8]] {
        let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
        let end = Array("-----END CERTIFICATE-----".utf8)
        var blocks: [[UInt8]] = []
        var block: [UInt8]?
        for line in file.split(separator: 0x0A) {
            let text = line.filter { ![0x0D, 0x20, 0x09].contains($0) }
            if line.starts(with: begin) {
                block = begin + [0x0A]
            } else if line.starts(with: end), let whole = block {
                blocks.append(whole + end + [0x0A])
                block = nil
            } else if block != nil {
                block? += text + [0x0A]
            }
        }
        return blocks
    }
}
