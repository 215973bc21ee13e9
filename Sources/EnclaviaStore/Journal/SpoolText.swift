import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// What a spool file holds.
struct SpoolText {
    /// The events that can be read, in the order in which they were written.
    let events: [CloudEvent]
    /// The lines that are no events; empty where the file is whole.
    let rest: [UInt8]

    /// A last line without its newline is what a full disk or a death left of it, before anybody was told that it
    /// was written, and is passed over.
    ///
    /// - Throws: `Errno`.
    init(_ path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        let text = try file.closeAfter { try BoundedFile(file, limit: .max) }.bytes
        var events: [CloudEvent] = []
        var rest: [UInt8] = []
        var start = 0
        // What follows a damaged line was made durable like what is before it, the end of the push among it.
        while let newline = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(text[start..<newline])
            if let event = try? JSONText.decode(CloudEvent.self, fromBytes: line) {
                events.append(event)
            } else {
                rest += line + [UInt8(ascii: "\n")]
            }
            start = newline + 1
        }
        if text[start...].contains(0) { rest += text[start...] }
        self.events = events
        self.rest = rest
    }
}
