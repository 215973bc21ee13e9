import EnclaviaCore

extension OutputFormat {
    static let json = OutputFormat("json") { stream, _ in JSONArraySink(stream) }
    static let jsonLines = OutputFormat("jsonl") { stream, _ in JSONLinesSink(stream) }
}

/// Prints each record's JSON text on its own line, as it is stored; on a terminal, escaped.
final class JSONLinesSink: PushSink {
    private let stream: ResultStream

    init(_ stream: ResultStream) {
        self.stream = stream
    }

    func put(_ push: StoredPush) throws {
        stream.write(json: push.json)
        try stream.endLine()
    }

    func finish() throws {
        try stream.flush()
    }
}

/// Prints one array, a record a line.
final class JSONArraySink: PushSink {
    private let stream: ResultStream
    private var isFirst = true

    init(_ stream: ResultStream) {
        self.stream = stream
    }

    func put(_ push: StoredPush) throws {
        if isFirst {
            stream.write("[")
        } else {
            stream.write(",")
            try stream.endLine()
        }
        stream.write(json: push.json)
        isFirst = false
    }

    func finish() throws {
        stream.write(isFirst ? "[]" : "]")
        try stream.endLine()
        try stream.flush()
    }
}
