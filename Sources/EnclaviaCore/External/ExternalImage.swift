/// An image that another tool has pushed, as its output names it.
package struct ExternalImage: Hashable, Sendable {
    package let place: ExternalPlace
    /// `nil` where the output has only the digest.
    package let name: ExternalName?
    package let digest: Digest

    package init(place: ExternalPlace, name: ExternalName?, digest: Digest) {
        self.place = place
        self.name = name
        self.digest = digest
    }
}

/// A place in the output of another tool, for messages.
package enum ExternalPlace: Hashable, Sendable {
    /// The output as a whole, or the option `--digest`.
    case whole
    /// A line, from 1.
    case line(Int)
    /// A key, after the names of the objects that it is in.
    case key([String])
}

/// Why the output of another tool cannot be used.
package struct ExternalFault: Error, Hashable, Sendable {
    package let place: ExternalPlace
    package let reason: Reason

    package init(_ place: ExternalPlace, _ reason: Reason) {
        self.place = place
        self.reason = reason
    }

    package enum Reason: Hashable, Sendable {
        /// Nothing but white space.
        case empty
        case notUTF8
        /// More bytes than ``ExternalInput/limit``.
        case tooLarge
        /// Neither JSON nor anything else that was expected.
        case notJSON
        /// A valid JSON value with something after it.
        case severalDocuments
        case notAnObject
        case repeatedKey
        /// JSON in which nothing tells of an image.
        case noImage
        case missing
        /// A target beside keys of a single target.
        case ownAndTargets
        /// The value is of another type than this one, in JSON's words.
        case notOfType(String)
        /// Not a SHA-256 digest.
        case badDigest(String)
        /// Not an image's name.
        case badName(String)
        /// The digest contradicts that of the key.
        case otherDigest(key: String)
        /// A line of JSON in a file of references.
        case jsonLine
        /// Not a line of a file of references.
        case badLine(String)
        /// There is a digest, and neither the output nor the user says of which repository.
        case noName
    }
}

/// The output of another tool.
package enum ExternalInput {
    /// The most bytes that are read. A build with full provenance writes some hundred kilobytes for each target.
    package static let limit = 16 << 20

    /// U+FEFF in UTF-8 (RFC 3629, section 6), which some editors write.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The text without a byte order mark.
    ///
    /// - Throws: ``ExternalFault``.
    static func text(_ bytes: [UInt8]) throws(ExternalFault) -> ArraySlice<UInt8> {
        let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
        guard text.contains(where: { !isSpace($0) }) else { throw ExternalFault(.whole, .empty) }
        return text
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
