/// What the browser brings back to the loopback redirect (RFC 6749, 4.1.2).
enum CallbackAnswer: Hashable, Sendable {
    case code(String)
    case error(code: String, description: String?)
    case stateMismatch

    /// Judges a request for `uri`.
    ///
    /// - Returns: `nil` where it is none of this login's: another path, or neither code nor error.
    init?(uri: String, state: String) {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == CallbackListener.path, parts.count == 2 else { return nil }
        let fields = PercentEncoding.fields(ofQuery: parts[1])
        let code = fields["code"]?.nonEmpty
        let error = fields["error"]?.nonEmpty
        guard code != nil || error != nil else { return nil }
        guard fields["state"] == state else {
            self = .stateMismatch
            return
        }
        if let error {
            self = .error(
                code: error, description: fields["error_description"]?.nonEmpty)
        } else {
            self = .code(code ?? "")
        }
    }
}
