import EnclaviaCore

/// A shape in which pushes are printed, declared beside its sink.
struct OutputFormat: Sendable {
    typealias MakeSink = @Sendable (ResultStream, CommandContext) -> any PushSink

    /// The formats, as help, errors and completion list them.
    static let all: [OutputFormat] = [table, json, jsonLines, csv, template]

    /// What is typed: `csv`; of a format that takes a text, what stands before it: `template:`.
    let word: String
    /// How errors show the text that follows; `nil` where none may.
    let parameter: String?
    /// How help puts it.
    let summary: String
    /// Reads the text that follows the word.
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

    /// What prints pushes as `text`, the value of `--format`, says.
    ///
    /// - Throws: `usage` for a format that is none, and for a text that breaks its format's grammar.
    static func sink(_ text: String) throws(UserError) -> MakeSink {
        for format in all {
            // By bytes: what follows the colon may combine with it.
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
    /// What each push is handed to before the first is put; `nil` where that is not needed.
    var measure: ((StoredPush) throws -> Void)? { get }
    /// - Throws: ``ConsoleError`` where the stream is closed or full, and what decoding throws.
    func put(_ push: StoredPush) throws
    /// Prints what is left, so that what was printed is whole.
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
