import Hummingbird

/// The kinds of requests to the registry that faults distinguish.
enum RegistryStep: Sendable, Equatable {
    /// `PUT` of a manifest, the last step of a push.
    case storeManifest
    /// `HEAD` of a manifest.
    case askManifest
    /// `GET` of a manifest by its tag.
    case readTag
    /// `GET` of a manifest by its digest.
    case readDigest
    case other

    init(_ request: Request) {
        guard request.uri.path.contains("/manifests/") else {
            self = .other
            return
        }
        switch request.method {
        case .put: self = .storeManifest
        case .head: self = .askManifest
        case .get: self = request.uri.path.contains("/manifests/sha256:") ? .readDigest : .readTag
        default: self = .other
        }
    }

    /// The registry's error code for a status (distribution specification, "Error Codes").
    static func errorCode(ofStatus status: Int) -> String {
        switch status {
        case 401: "UNAUTHORIZED"
        case 403: "DENIED"
        case 404: "NAME_UNKNOWN"
        case 429: "TOOMANYREQUESTS"
        default: "UNKNOWN"
        }
    }
}

extension Fault {
    /// Whether a fault of the registry applies to this step.
    func concerns(_ step: RegistryStep) -> Bool {
        switch self {
        case .down, .hang, .slow: true
        case .status, .reset, .lostAnswer: step == .storeManifest
        case .noHead: step == .askManifest
        case .missingDigest: step == .readDigest
        case .noDigestHeader, .lyingDigest, .missingManifest, .reading, .drip, .garbage, .empty,
            .truncated, .huge, .redirect, .wrongType, .missingField, .hostile, .long, .echo,
            .noToken, .expired, .refused, .badState, .error, .expiresDuringPush:
            [.askManifest, .readTag, .readDigest].contains(step)
        }
    }
}
