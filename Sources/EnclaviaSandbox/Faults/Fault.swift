/// One way in which the sandbox can misbehave.
package indirect enum Fault: Sendable, Hashable {
    /// Answers with this HTTP status and an error body.
    case status(Int)
    /// Answers nothing, and closes the connection when the faults are replaced.
    case hang
    /// Closes the connection instead of answering.
    case reset
    /// Does the work, then closes the connection instead of answering.
    case lostAnswer
    /// Sends the right response, one byte every half second.
    case drip
    /// Answers 200 with text that is not JSON.
    case garbage
    /// Answers 200 with an empty body.
    case empty
    /// Promises a longer body than it sends.
    case truncated
    /// Answers with a JSON body of 64 MiB.
    case huge
    /// Redirects (307) to the same path on another host name.
    case redirect
    /// Sends the right response, but with the wrong type of every value.
    case wrongType
    /// Sends the right response, but without any member.
    case missingField
    /// Sends the right response, but with terminal escapes, newlines and right-to-left marks in every string.
    case hostile
    /// Sends the right response, but with 1 MiB more in every string.
    case long
    /// Answers 400 and echoes the request, in several encodings, in a body of more than 64 KiB.
    case echo
    /// `GET /me/registry` without a token: the access token is the registry password.
    case noToken
    /// Every access token counts as expired.
    case expired
    /// Refresh tokens, codes, or the user's consent are refused.
    case refused
    /// The authorization response has another `state` than the request.
    case badState
    /// Builds end in an error.
    case error
    /// The registry password expires at the push's last step, which is refused.
    case expiresDuringPush
    /// The registry closes every connection.
    case down
    /// Responses about manifests lack `Docker-Content-Digest`.
    case noDigestHeader
    /// Responses about manifests have a wrong digest.
    case lyingDigest
    /// Manifests that were pushed are not found.
    case missingManifest
    /// Manifests are found by their tag, and not by their digest.
    case missingDigest
    /// `HEAD` of a manifest is refused (405).
    case noHead
    /// Requests for a manifest have a fault of the response. For a fault that needs a body, which a response
    /// to `HEAD` does not have, `HEAD` is refused (405) and the `GET` has the fault.
    case reading(Fault)
    /// Sends every response a second late. The registry delays every request by a second.
    case slow
}

extension Fault {
    /// The words of the command line and the control interface. A status is written as its number.
    package static let words: [(word: String, fault: Fault)] = [
        ("hang", .hang), ("reset", .reset), ("lost-answer", .lostAnswer), ("drip", .drip),
        ("garbage", .garbage), ("empty", .empty), ("truncated", .truncated), ("huge", .huge),
        ("redirect", .redirect), ("wrong-type", .wrongType), ("missing-field", .missingField),
        ("hostile", .hostile), ("long", .long), ("echo", .echo), ("no-token", .noToken),
        ("expired", .expired),
        ("refused", .refused), ("bad-state", .badState), ("error", .error),
        ("expires-during-push", .expiresDuringPush), ("down", .down),
        ("no-digest-header", .noDigestHeader), ("lying-digest", .lyingDigest),
        ("missing-manifest", .missingManifest), ("missing-digest", .missingDigest),
        ("no-head", .noHead), ("slow", .slow),
    ]

    package init?(word: some StringProtocol) {
        if word.hasPrefix("read-") {
            guard let fault = Fault(word: word.dropFirst("read-".count)), fault.shapesAnswers
            else { return nil }
            self = .reading(fault)
        } else if let status = Int(word), (400...599).contains(status) {
            self = .status(status)
        } else if let match = Self.words.first(where: { $0.word == word }) {
            self = match.fault
        } else {
            return nil
        }
    }

    package var word: String {
        if case .status(let status) = self { return String(status) }
        if case .reading(let fault) = self { return "read-" + fault.word }
        return Self.words.first { $0.fault == self }?.word ?? "unknown"
    }
}

extension Fault {
    /// Whether the fault changes the form of a response, which every request to the backend can have.
    var shapesAnswers: Bool {
        switch self {
        case .status, .hang, .slow, .reset, .lostAnswer, .drip, .garbage, .empty, .truncated, .huge,
            .redirect, .wrongType, .missingField, .hostile, .long, .echo:
            true
        case .noToken, .expired, .refused, .badState, .error, .expiresDuringPush,
            .down, .noDigestHeader, .lyingDigest, .missingManifest, .missingDigest, .noHead,
            .reading:
            false
        }
    }
}

extension Fault {
    /// Whether the fault needs a response with a body.
    var needsBody: Bool {
        switch self {
        case .drip, .garbage, .empty, .truncated, .huge, .wrongType, .missingField, .hostile, .long,
            .echo:
            true
        case .status, .hang, .slow, .reset, .lostAnswer, .redirect, .noToken, .expired, .refused,
            .badState, .error, .expiresDuringPush,
            .down, .noDigestHeader, .lyingDigest, .missingManifest, .missingDigest, .noHead,
            .reading:
            false
        }
    }
}
