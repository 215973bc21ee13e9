/// Why a shared history cannot be used.
package enum RemoteError: Error, Hashable, Sendable {
    case address(RemoteAddressFault)
    /// There is no psql.
    case noProgram
    case unusableProgram(path: String, ProgramFault)
    /// A file that may hold a password can be read by others.
    case readableFile(path: String)
    /// The file of services does not have the service.
    case noService(String)
    /// There is no connection, or it ended; `reason` is psql's.
    case unreachable(reason: String)
    /// The server's certificate cannot be checked, or is not the server's.
    case certificate(CertificateFault, reason: String)
    /// The server has too many connections, or a lock of it was not released in time.
    case busy(reason: String)
    /// The server did not respond in time.
    case timeout(seconds: Double)
    case loginRefused(reason: String)
    /// The role may not do this.
    case noPrivilege
    case noDatabase(reason: String)
    /// The database has no shared history.
    case noSchema
    /// The shared history is of another version.
    case version(found: Int, minimumWriter: Int)
    /// The database keeps its texts in another encoding than UTF-8.
    case encoding(String)
    /// The server refuses an event of this history.
    case refusedEvents(first: Int64, last: Int64, code: String)
    /// The chain on the server has changed meanwhile.
    case overtaken
    /// Anything else that the server says.
    case failed(code: String, reason: String)

    /// Why a certificate is not trusted.
    package enum CertificateFault: Hashable, Sendable {
        /// There is no file of trusted certificates.
        case noRoot
        case untrusted
        case otherName
        /// The server does not speak TLS.
        case noTLS
    }

    /// Whether the same call may succeed a moment later.
    package var isTransient: Bool {
        switch self {
        case .unreachable, .busy, .overtaken: true
        case .address, .noProgram, .unusableProgram, .readableFile, .noService, .certificate,
            .timeout, .loginRefused, .noPrivilege, .noDatabase, .noSchema, .version,
            .encoding, .refusedEvents, .failed:
            false
        }
    }
}

/// Why a text does not name a shared history. It may hold a password, so that no case holds it.
package enum RemoteAddressFault: Error, Hashable, Sendable {
    case missing
    case unknownForm
    case password
    case parameter(String)
    case port
    case encoding
    case service
}
