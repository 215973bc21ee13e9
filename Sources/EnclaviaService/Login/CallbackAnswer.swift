import EnclaviaCore
import EnclaviaSystem

/// What the browser brings back to the loopback redirect (RFC 6749, 4.1.2).
package enum CallbackAnswer: Hashable, Sendable {
    case code(Secret)
    case error(code: String, description: String?)
}

/// A request for the loopback redirect, judged by what only the browser of this login knows.
enum CallbackRequest: Hashable, Sendable {
    /// The answer to this login.
    case answer(CallbackAnswer)
    /// An answer to another login, or a forged one: its `state` is missing or another. It neither ends
    /// this login nor wins it (RFC 9700, 4.7).
    case foreign
    /// Another path, or neither code nor error.
    case other

    /// Judges a request for `uri`. Fields that are not known, such as `iss` (RFC 9207), are ignored.
    init(uri: String, state: Secret) {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self = .other
        guard parts[0] == CallbackListener.path, parts.count == 2 else { return }
        let fields = PercentEncoding.fields(ofQuery: parts[1])
        let code = fields["code"]?.nonEmpty
        let error = fields["error"]?.nonEmpty
        guard code != nil || error != nil else { return }
        guard let given = fields["state"], Secret(given).isEqualInConstantTime(to: state) else {
            self = .foreign
            return
        }
        if let error {
            self = .answer(
                .error(code: error, description: fields["error_description"]?.nonEmpty))
        } else if let code {
            self = .answer(.code(Secret(code)))
        }
    }
}

extension Secret {
    /// Compares all bytes, so that the time that it takes tells nobody how many of them are right.
    func isEqualInConstantTime(to other: Secret) -> Bool {
        let (own, others) = (Array(reveal().utf8), Array(other.reveal().utf8))
        guard own.count == others.count else { return false }
        return zip(own, others).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
