import Crypto

/// The arithmetic of the event chain: SHA-256 over raw bytes, nothing else.
///
/// An event's own hash is `SHA-256(data)`, of the bytes of its JSON text as stored; the chain's hash at
/// an event is `SHA-256(previous hash ‖ data hash)`, where the hash before the first is 32 zero bytes.
package enum HashChain {
    /// The hash before the first event.
    package static let origin = [UInt8](repeating: 0, count: 32)

    /// SHA-256 of an event's JSON text.
    package static func dataHash(of data: some StringProtocol) -> [UInt8] {
        var text = String(data)
        return text.withUTF8 { Array(SHA256.hash(data: UnsafeRawBufferPointer($0))) }
    }

    /// SHA-256 of `bytes`.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    /// The chain's hash at an event, from the one before it and the event's own.
    package static func link(_ previous: [UInt8], _ dataHash: [UInt8]) -> [UInt8] {
        var function = SHA256()
        function.update(data: previous)
        function.update(data: dataHash)
        return Array(function.finalize())
    }
}
