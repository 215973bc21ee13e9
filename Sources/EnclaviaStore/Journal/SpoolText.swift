import EnclaviaCore
import EnclaviaSystem
import SystemPackage

/// What a spool file holds.
struct SpoolText {
    /// The events that can be read, in the order in which they were written.
    let events: [CloudEvent]
    /// The lines that are not valid events; empty if the file is intact.
    let rest: [UInt8]

    /// Ignores a last line without a newline: a full disk or a crash left it, before the write was acknowledged.
    /// One with zero bytes goes to ``rest``.
    ///
    /// - Throws: `Errno`.
    init(_ path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
        let text = try file.closeAfter { try BoundedFile(file, limit: .max) }.bytes
        var events: [CloudEvent] = []
        var rest: [UInt8] = []
        var start = 0
        // Lines after a damaged one are as durable as those before it, and may hold the end of the push.
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
