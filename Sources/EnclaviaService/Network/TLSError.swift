import NIOSSL

/// The meaning of an error of the TLS library, by its error number.
enum TLSError: Hashable, Sendable {
    /// The certificate is not trusted; the library does not report why.
    case untrusted
    /// The certificate is another host's.
    case otherHost
    /// The response is not TLS.
    case noTLS
    case alert(Int)
    case nothingInCommon
    /// The connection was closed during the handshake.
    case closed
    /// The connection was closed after the handshake, without a `close_notify` (RFC 8446, 6.1).
    case cutOff
    /// Any other error, with the library's reason number where it has one.
    case other(Int?)

    /// - Returns: `nil` where `error` is not a TLS error.
    init?(_ error: any Error) {
        switch error {
        case let error as NIOSSLExtraError:
            let isAboutHost =
                error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch
            self = isAboutHost ? .otherHost : .other(nil)
        case NIOSSLError.handshakeFailed(let error), NIOSSLError.shutdownFailed(let error):
            self.init(boring: error)
        case NIOSSLError.uncleanShutdown:
            self = .cutOff
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            self = .otherHost
        case is NIOSSLError:
            self = .other(nil)
        case let error as BoringSSLError:
            self.init(boring: error)
        default:
            return nil
        }
    }

    private init(boring error: BoringSSLError) {
        switch error {
        case .sslError(let stack), .unknownError(let stack):
            if stack == [.eofDuringHandshake] {
                self = .closed
                return
            }
            let reasons = stack.compactMap(Self.reason)
            self = reasons.lazy.compactMap(Self.meaning).first ?? .other(reasons.first)
        case .zeroReturn, .syscallError:
            self = .closed
        default:
            self = .other(nil)
        }
    }

    /// The reason number of an error from the library's TLS part.
    ///
    /// The library exposes the error number only as the second word of the description. The upper 8 bits of
    /// the number are the part of the library, the lower 12 the reason.
    private static func reason(_ error: BoringSSLInternalError) -> Int? {
        let words = error.description.split(separator: " ")
        guard words.count > 1, let number = UInt32(words[1]), number >> 24 == 16 else {
            return nil
        }
        return Int(number & 0xFFF)
    }

    /// Source: BoringSSL's ssl.h, `SSL_R_…`; a TLS alert is 1000 plus its number.
    private static func meaning(_ reason: Int) -> TLSError? {
        switch reason {
        case 125: .untrusted
        case 155, 156, 247: .noTLS
        case 184, 237, 240, 242, 246, 253, 266: .nothingInCommon
        case 1000...1255: .alert(reason - 1000)
        default: nil
        }
    }
}
