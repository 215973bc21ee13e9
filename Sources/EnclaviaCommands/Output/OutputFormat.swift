import EnclaviaCore

/// A format in which pushes are printed, declared beside its sink.
struct OutputFormat: Sendable {
    typealias MakeSink = @Sendable (ResultStream, CommandContext) -> any PushSink

    /// The formats, as help, errors and completion list them.
    static let all: [OutputFormat] = [table, json, jsonLines, csv, markdown, template]

    /// The word to type: `csv`; of a format with a parameter, the part before it: `template:`.
    let word: String
    /// How errors show the parameter; `nil` for a format without one.
    let parameter: String?
    /// How the help describes it.
    let summary: String
    /// Parses the parameter.
    private let reading: @Sendable (_ text: String) throws(UserError) -> MakeSink

    init(
        _ word: String, parameter: String, summary: String,
        reading: @escaping @Sendable (_ text: String) throws(UserError) -> MakeSink
    ) {
        self.word = word
        self.parameter = parameter
        self.summary = summary
        self.reading = reading
    }

    init(_ word: String, summary: String? = nil, sink: @escaping MakeSink) {
        self.word = word
        parameter = nil
        self.summary = summary ?? word
        reading = { _ in sink }
    }

    var name: String { word + (parameter ?? "") }

    /// The sink for `text`, the value of `--format`.
    ///
    /// - Throws: `usage` for an unknown format, and for a parameter that breaks the format's grammar.
    static func sink(_ text: String) throws(UserError) -> MakeSink {
        for format in all {
            // Compared by bytes: a combining mark may follow the colon.
            guard text.utf8.starts(with: format.word.utf8) else { continue }
            let end = text.utf8.index(text.startIndex, offsetBy: format.word.utf8.count)
            guard format.parameter != nil || end == text.endIndex else { continue }
            return try format.reading(String(text[end...]))
        }
        throw ErrorMessages.unknownFormat(text)
    }
}

/// Takes pushes one by one and prints them.
protocol PushSink: AnyObject {
    /// Called with each push before the first ``put(_:)``; `nil` where pushes need not be measured.
    var measure: ((StoredPush) throws -> Void)? { get }
    /// - Throws: ``ConsoleError`` where the stream is closed or full, and what decoding throws.
    func put(_ push: StoredPush) throws
    /// Completes the output, such as with the end of an array, and flushes it.
    func finish() throws
}

extension PushSink {
    var measure: ((StoredPush) throws -> Void)? { nil }
}

extension ErrorMessages {
    static func unknownFormat(_ text: String) -> UserError {
        UserError(
            .usage, "--format \(text.quoted) is not a valid format",
            hint: "a format is \(OutputFormat.all.map(\.name).joined(separator: ", "))")
    }
}
