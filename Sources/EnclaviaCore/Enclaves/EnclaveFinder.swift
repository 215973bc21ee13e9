/// Finds an enclave by its id, or by the beginning of the id.
package struct EnclaveFinder: Sendable {
    private let enclaves: any Enclaves

    package init(_ enclaves: any Enclaves) {
        self.enclaves = enclaves
    }

    /// Whether `text` may be an id or the beginning of one: the backend's ids consist of characters that need no
    /// encoding in a URL (RFC 3986, section 2.3).
    package static func isPartOfID(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-~".utf8.contains(byte)
                }
            }
    }

    /// The result of a search for an enclave.
    package enum Selection: Hashable, Sendable {
        case found(id: String)
        case none
        /// All enclaves whose id begins with the text, in the backend's order.
        case ambiguous([Enclave])
    }

    /// Finds the enclave whose id is `text` or begins with it.
    ///
    /// A whole UUID is returned without a request. Enclaves that exist come before destroyed ones, so that these do
    /// not make a short id ambiguous.
    package func find(_ text: String) async throws(BackendError) -> Selection {
        // The backend's ids are UUIDs.
        if ReferenceGrammar.isUUID(Array(text.utf8)) { return .found(id: text) }
        guard !text.isEmpty else { return .none }
        let matching = try await enclaves.list(archived: true).filter { $0.id.hasPrefix(text) }
        if let exact = matching.first(where: { $0.id == text }) { return .found(id: exact.id) }
        let living = matching.filter { !$0.isArchived }
        let candidates = living.isEmpty ? matching : living
        guard let first = candidates.first else { return .none }
        return candidates.count == 1 ? .found(id: first.id) : .ambiguous(candidates)
    }
}
