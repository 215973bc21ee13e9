/// Where the sandbox can misbehave.
package enum FaultPlace: String, CaseIterable, Sendable {
    /// `GET /me/registry`
    case me
    /// `POST /me/registry/push-notify`
    case notify
    /// Every call under `/enclaves`.
    case enclaves
    /// The enclaves themselves.
    case enclave
    /// The access tokens of every call.
    case access
    /// `GET /oauth/authorize`
    case authorize
    /// `POST /oauth/token` for a code.
    case code
    /// `POST /oauth/token` for a refresh token.
    case refresh
    /// The registry's token realm.
    case token
    /// The registry. A status is that of the push's last step, the `PUT` of the manifest.
    case registry
}

extension FaultPlace {
    /// Faults of an HTTP response, possible wherever there is one.
    static let answers: [Fault] = [
        .hang, .slow, .reset, .lostAnswer, .drip, .garbage, .empty, .truncated, .huge, .redirect,
        .wrongType, .missingField, .hostile, .long, .echo,
    ]

    /// Whether a status is a valid fault here.
    var takesStatus: Bool { self != .enclave && self != .access }

    /// The valid faults of this place, besides statuses.
    var faults: [Fault] {
        switch self {
        case .me: Self.answers + [.noToken]
        case .notify, .enclaves: Self.answers
        case .enclave: [.error]
        case .access: [.expired]
        case .authorize: Self.answers + [.refused, .badState]
        case .code, .refresh: Self.answers + [.refused]
        case .token: Self.answers + [.refused, .expiresDuringPush]
        case .registry:
            [
                .down, .hang, .slow, .reset, .lostAnswer, .noDigestHeader, .lyingDigest,
                .missingManifest, .missingDigest, .noHead,
            ] + Self.answers.map(Fault.reading)
        }
    }

    /// Whether `fault` can happen here.
    func knows(_ fault: Fault) -> Bool {
        if case .status = fault { return takesStatus }
        if case .reading(.status) = fault { return self == .registry }
        return faults.contains(fault)
    }
}

extension FaultPlace {
    /// The faults of every place, for a command's help.
    static var guide: String {
        let calls = allCases.filter { $0.faults.contains(.garbage) }
        let lines = allCases.compactMap { place -> String? in
            let own = place.faults.filter { fault in
                if case .reading = fault { return false }
                return !calls.contains(place) || !answers.contains(fault)
            }
            return own.isEmpty ? nil : "\(place.rawValue): " + words(own)
        }
        return """
            Faults are written place=fault,fault; fault*2 is the next two times.

            \(calls.map(\.rawValue).joined(separator: ", ")): \(words(answers)), or a status \
            such as 500

            \(lines.joined(separator: "\n\n"))

            A status of the registry is that of a push's last step, the PUT of its manifest. \
            registry=read-hang, read-500 and so on are about reading a manifest. POST $ENCLAVIA_SANDBOX_URL\
            /_sandbox/faults '{"notify": "500"}' replaces the faults of a sandbox that is \
            up, and hangs up on what hangs.
            """
    }

    private static func words(_ faults: [Fault]) -> String {
        faults.map(\.word).joined(separator: ", ")
    }
}
