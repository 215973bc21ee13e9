/// Trouble between the engine's client and the engine, in which the registry has no part.
package enum EngineTrouble: Hashable, Sendable {
    /// The client or the engine is too old for the other one's version of the API.
    case apiVersion
    /// One of them does not accept the other's certificate, or does not expect TLS.
    case tls
    /// The client cannot use the address or the context that it was given.
    case address
    /// What answered is not an engine: a proxy before it, perhaps.
    case foreignAnswer
    /// No engine answered, or the connection to it broke.
    case noAnswer
}
