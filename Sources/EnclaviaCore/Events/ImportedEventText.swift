/// The JSON text of an `imported` event around a record's JSON text that is there already, as
/// ``JSONText`` spells the whole event: an import has a million of them, and encodes each record once.
package struct ImportedEventText {
    /// The event's own id and time, and the host of the push.
    package let id: PushID
    package let time: Timestamp
    package let host: String?
    package let push: PushID
    /// The record's JSON text.
    package let json: String

    package init(id: PushID, time: Timestamp, host: String?, push: PushID, json: String) {
        self.id = id
        self.time = time
        self.host = host
        self.push = push
        self.json = json
    }

    package func text(sequence: Int64, previousHash: String) -> String {
        var source: [UInt8] = []
        JSONEscape.append(CloudEvent.source(ofHost: host), to: &source)
        return """
            {"data":{"push":\(json),"push_id":"\(push)"},"datacontenttype":"application/json",\
            "id":"\(id)","prevhash":"\(previousHash)",\
            "sequence":"\(CloudEvent.sequenceText(sequence))",\
            "source":\(String(decoding: source, as: UTF8.self)),"specversion":"1.0",\
            "subject":"\(push)","time":"\(time)","type":"\(EventType.pushImported.rawValue)"}
            """
    }
}
