import EnclaviaCore

/// The shapes in which pushes are printed.
enum OutputFormat {
    /// For people; it promises nothing.
    case table
    /// One array of records.
    case json
    /// A record a line.
    case jsonLines
    case csv
    case template(Template)

    /// The words of `--format`, as help and errors list them.
    static let words = ["table", "json", "jsonl", "csv", "template:<text>"]
    private static let templatePrefix = "template:"

    /// - Throws: `usage` for an unknown word and for a template that breaks its grammar.
    init(_ text: String) throws(Explanation) {
        switch text {
        case "table": self = .table
        case "json": self = .json
        case "jsonl": self = .jsonLines
        case "csv": self = .csv
        // By bytes: what follows the colon may combine with it.
        case _ where text.utf8.starts(with: Self.templatePrefix.utf8):
            let prefix = Self.templatePrefix.utf8.count
            let start = text.utf8.index(text.startIndex, offsetBy: prefix)
            do throws(TemplateError) {
                self = .template(try Template(String(text[start...])))
            } catch {
                throw Words.explain(error)
            }
        default: throw Words.unknownFormat(text)
        }
    }

    var isTable: Bool {
        if case .table = self { true } else { false }
    }

    /// Where pushes go in this format: the one place that tells the formats apart.
    func sink(_ stream: ResultStream, _ context: CommandContext) -> any PushSink {
        switch self {
        case .table where stream.isTerminal: HistoryTableSink(stream, context)
        case .table: WholeHistoryTableSink(stream, context)
        case .json: JSONArraySink(stream)
        case .jsonLines: JSONLinesSink(stream)
        case .csv: CSVSink(stream)
        case .template(let template): TemplateSink(stream, template)
        }
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
