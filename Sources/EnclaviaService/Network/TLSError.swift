import NIOSSL

/// What the TLS library's error means, by the numbers in it.
enum TLSError: Hashable, Sendable {
    /// The certificate is not to be trusted; why is not told.
    case untrusted
    /// The certificate is another host's.
    case otherHost
    /// What was answered is no TLS.
    case noTLS
    case alert(Int)
    case nothingInCommon
    /// The connection was closed during the handshake.
    case closed
    /// The connection was closed later, without the end that TLS asks for (RFC 8446, 6.1).
    case cutOff
    /// Anything else, with the library's number of the reason where it gave one.
    case other(Int?)

    /// - Returns: `nil` where `error` is not of TLS.
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

    /// The number of the reason, out of an error of the library's part for TLS.
    ///
    /// The number can be read in the description alone, whose second word it is. It holds the part of the
    /// library in its upper 8 bits, and the reason in its lower 12.
    private static func reason(_ error: BoringSSLInternalError) -> Int? {
        let words = error.description.split(separator: " ")
        guard words.count > 1, let number = UInt32(words[1]), number >> 24 == 16 else {
            return nil
        }
        return Int(number & 0xFFF)
    }

    /// Source: BoringSSL's ssl.h, `SSL_R_…`; alerts are 1000 and their number in TLS.
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
