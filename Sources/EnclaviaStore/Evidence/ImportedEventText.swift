import EnclaviaCore
import Glibc

/// The JSON text of an `imported` event around a record's existing JSON text, spelled as ``JSONText`` encodes the
/// whole event. An import has a million of them, and encodes each record once.
package struct ImportedEventText {
    /// The id and time of the event, and the chain that it is appended to.
    package let id: PushID
    package let time: Timestamp
    package let chain: ChainID
    package let push: PushID
    /// The record's JSON text.
    package let json: String

    package init(id: PushID, time: Timestamp, chain: ChainID, push: PushID, json: String) {
        self.id = id
        self.time = time
        self.chain = chain
        self.push = push
        self.json = json
    }

    /// Whether an event's text is one that an import wrote around the record text `json`.
    package static func isImport(
        _ text: [UInt8], of push: String, json: UnsafeRawBufferPointer
    ) -> Bool {
        text.withUnsafeBytes { text in
            let (begin, end) = (Self.begin.utf8, Self.end(of: push).utf8)
            let type = #""type":"\#(EventType.pushImported.rawValue)"}"#.utf8
            guard text.count > begin.count + json.count + end.count + type.count else {
                return false
            }
            let afterBegin = text.dropFirst(begin.count)
            return text.starts(with: begin)
                && afterBegin.dropFirst(json.count).starts(with: end)
                && text.suffix(type.count).elementsEqual(type)
                && UnsafeRawBufferPointer(rebasing: afterBegin.prefix(json.count)).hasBytes(json)
        }
    }

    private static let begin = #"{"data":{"push":"#

    private static func end(of push: String) -> String {
        #","push_id":"\#(push)"},"datacontenttype":"application/json","#
    }

    package func text(sequence: Int64, previousHash: String) -> String {
        """
        \(Self.begin)\(json)\(Self.end(of: push.text))\
        "id":"\(id)","prevhash":"\(previousHash)",\
        "sequence":"\(CloudEvent.sequenceText(sequence))",\
        "source":"\(chain.source)","specversion":"1.0",\
        "subject":"\(push)","time":"\(time)","type":"\(EventType.pushImported.rawValue)"}
        """
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func hasBytes(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let own = baseAddress, let other = other.baseAddress else { return true }
        return memcmp(own, other, count) == 0
    }
}
