import EnclaviaCore

/// The place in the chain that an event's text states behind its data.
enum EventPlace {
    /// They come after the data, so near the end. In events of old versions, the source is a host name, which may be
    /// very long.
    private static let tail = 600

    /// The source that a text names, if it states that it follows `head`; `nil` if it does not.
    static func source(
        in text: UnsafeBufferPointer<UInt8>, after head: EventChain.Head
    ) -> Slice<UnsafeBufferPointer<UInt8>>? {
        let previous = Hexadecimal.encode(head.hash)
        let sequence = CloudEvent.sequenceText(head.sequence + 1)
        let place = Array(
            #""prevhash":"\#(previous)","sequence":"\#(sequence)","source":""#.utf8)
        let tail = UnsafeBufferPointer(rebasing: text.suffix(Self.tail))
        let found =
            ByteSearch.first(place, in: tail).map { $0 + text.count - tail.count }
            ?? ByteSearch.first(place, in: text)
        guard let found else { return nil }
        return text[(found + place.count)...].prefix { $0 != UInt8(ascii: "\"") }
    }

    /// The sequence number that a text states; `nil` if there is none.
    static func sequence(in text: [UInt8]) -> Int64? {
        let key = Array(#","sequence":""#.utf8)
        return text.withUnsafeBufferPointer { text in
            // The data of a text may have such a key, too; the event's own is the last.
            var found: Int64?
            var rest = text
            while let place = ByteSearch.first(key, in: rest) {
                rest = UnsafeBufferPointer(rebasing: rest[(place + key.count)...])
                let digits = String(decoding: rest.prefix(19), as: UTF8.self)
                if let number = Int64(digits), CloudEvent.sequenceText(number) == digits {
                    found = number
                }
            }
            return found
        }
    }
}
