import EnclaviaCore
import EnclaviaSystem

/// The authorization response, which the browser sends to the loopback redirect (RFC 6749, 4.1.2).
package enum CallbackResponse: Hashable, Sendable {
    case code(Secret)
    case error(code: String, description: String?)
}

/// A request to the loopback redirect, classified by the `state` that only this login's browser has.
enum CallbackRequest: Hashable, Sendable {
    /// The response to this login.
    case response(CallbackResponse)
    /// The response to another login, or a forged one: its `state` is missing or different. It is counted and
    /// otherwise ignored (RFC 9700, 4.7).
    case foreign
    /// Another path, or neither code nor error.
    case other

    /// Classifies a request for `uri`. Ignores unknown fields, such as `iss` (RFC 9207).
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
            self = .response(
                .error(code: error, description: fields["error_description"]?.nonEmpty))
        } else if let code {
            self = .response(.code(Secret(code)))
        }
    }
}

extension Secret {
    /// Compares all bytes, so that the duration does not reveal how many of them are right.
    func isEqualInConstantTime(to other: Secret) -> Bool {
        let (own, others) = (Array(reveal().utf8), Array(other.reveal().utf8))
        guard own.count == others.count else { return false }
        return zip(own, others).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
