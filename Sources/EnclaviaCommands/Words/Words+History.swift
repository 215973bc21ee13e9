import EnclaviaCore

extension Words {
    static func explain(_ error: TimeExpressionError, of option: String) -> Explanation {
        let sentence =
            switch error {
            case .empty: "\(option) is empty"
            case .unknown(let text): "\(option) \(quoted(text)) is no time"
            case .unknownUnit(let text, let unit):
                "\(option) \(quoted(text)) has the unknown unit \(quoted(unit))"
            case .tooLong(let text): "\(option) \(quoted(text)) reaches too far back"
            case .outOfRange(let text, let field, let value):
                "\(option) \(quoted(text)) has no such \(field): \(value)"
            case .unexpected(let text, rest: ""): "\(option) \(quoted(text)) ends too early"
            case .unexpected(let text, let rest):
                "\(option) \(quoted(text)) goes on with \(quoted(rest)), which is no time of day"
            }
        return Explanation(.usage, sentence, hint: "a time is \(TimeExpression.grammar)")
    }

    static func invertedRange(
        since: String, _ first: Timestamp, until: String, _ end: Timestamp
    ) -> Explanation {
        Explanation(
            .usage,
            "the range is inverted: --since \(quoted(since)) (\(first)) is after --until"
                + " \(quoted(until)) (\(end))",
            hint: "a time is \(TimeExpression.grammar)")
    }

    static func unknownFormat(_ text: String) -> Explanation {
        Explanation(
            .usage, "--format \(quoted(text)) is no format",
            hint: "a format is \(OutputFormat.all.map(\.name).joined(separator: ", "))")
    }

    static func explain(_ error: TemplateError) -> Explanation {
        let sentence =
            switch error {
            case .empty: "the template is empty"
            case .unknownField(let name): "the template names the unknown field \(quoted(name))"
            case .unclosed(let rest): "the template's \(quoted(rest)) is never closed"
            case .unknownEscape(let text):
                "the template has \(quoted(text)): only \\t, \\n, \\r and \\\\ are known"
            }
        let fields = RecordField.all.map(\.name).joined(separator: ", ")
        return Explanation(.usage, sentence, hint: "the fields are \(fields)")
    }

    /// - Parameter file: as typed; `nil` for standard input.
    static func explain(_ error: ImportError, of file: String?) -> Explanation {
        let source = file.map { shown($0) } ?? "standard input"
        switch error {
        case .malformed(let line, let field, let detail):
            let place = field.map { "\(shown($0)): " } ?? ""
            return Explanation(
                .data,
                "line \(line) of \(source) is not a valid record: \(place)\(shown(detail))",
                hint: "nothing was imported")
        case .otherFormat(let format):
            return Explanation(
                .data, "\(source) is not JSON Lines: it is \(name(of: format))",
                hint: remedy(for: format, file))
        case .changed(let line):
            return Explanation(
                .data, "\(source) was changed while it was read: line \(line) is not what it was",
                hint: "run it again with a file that nobody writes to")
        case .cancelled:
            return Explanation(.cancelled, "cancelled")
        case .unreadable(_, let reason):
            return Explanation(.data, "\(source) cannot be read: \(shown(reason))")
        case .store(let error):
            return explain(error)
        }
    }

    private static func name(of format: FileFormat) -> String {
        switch format {
        case .gzip: "compressed with gzip"
        case .zstd: "compressed with zstd"
        case .xz: "compressed with xz"
        case .bzip2: "compressed with bzip2"
        case .zip: "a zip archive"
        case .sqlite: "an SQLite database"
        case .utf16: "UTF-16 text"
        case .array: "a JSON array"
        case .prettyPrinted: "JSON of several lines"
        }
    }

    private static func remedy(for format: FileFormat, _ file: String?) -> String {
        let file = file.map { shown($0) } ?? "FILE"
        return switch format {
        case .gzip: "gzip -dc '\(file)' | enclavia history import"
        case .zstd: "zstd -dc '\(file)' | enclavia history import"
        case .xz: "xz -dc '\(file)' | enclavia history import"
        case .bzip2: "bzip2 -dc '\(file)' | enclavia history import"
        case .zip: "unzip -p '\(file)' | enclavia history import"
        case .sqlite:
            "import takes what `enclavia history export` writes: run that with ENCLAVIA_STATE_DIR set to the"
                + " directory of the database"
        case .utf16: "iconv -f UTF-16 -t UTF-8 '\(file)' | enclavia history import"
        case .array:
            "one record a line is needed, as `enclavia history export` writes them: jq -c '.[]' '\(file)' |"
                + " enclavia history import"
        case .prettyPrinted:
            "one record a line is needed, as `enclavia history export` writes them: jq -c . '\(file)' |"
                + " enclavia history import"
        }
    }

    /// What an import or a prune that ended before its end has done.
    static func partly(_ explanation: Explanation, done: String) -> Explanation {
        var explanation = explanation
        explanation.message += "; \(done)"
        explanation.hint = explanation.hint ?? "run it again to do the rest"
        return explanation
    }

    static func sentence(_ difference: VerifyDifference) -> String {
        switch difference {
        case .sequence(let expected, let found):
            "event \(found) stands where event \(expected) should: an event was taken out, put in"
                + " or moved"
        case .data(let sequence):
            "event \(sequence) was edited: its text is not the one that was hashed"
        case .chain(let sequence):
            "event \(sequence) does not follow from the event before it"
        case .place(let sequence):
            "event \(sequence) names another place in the chain than it has"
        case .source(let sequence):
            "event \(sequence) names another source than the chain of this history"
        case .blank(let sequence):
            "event \(sequence) was blanked, and no prune says so"
        case .prune(let sequence, let detail):
            "the prune of event \(sequence) is not what it says: \(shown(detail))"
        case .unreadable(let sequence, let detail):
            "event \(sequence) is no event: \(shown(detail))"
        case .projection(let table, let key, let column?):
            "the table \(shown(table)) says something else than the events: \(shown(column)) of"
                + " \(shown(key))"
        case .projection(let table, let key, nil):
            "the table \(shown(table)) has a row too many or too few: \(shown(key))"
        case .schema(let object):
            "the schema's \(shown(object)) is not what enclavia makes it: it was taken out, changed or"
                + " put in"
        case .integrity(let detail):
            "SQLite finds the file damaged: \(shown(detail))"
        case .head(let noted):
            "no event has the hash \(shown(noted)) that was noted elsewhere: events are missing, or"
                + " were rewritten"
        }
    }

    static func sentence(_ push: SettledPush) -> String {
        push.error.map { explain($0).message } ?? sentence(push.verdict)
    }

    private static func sentence(_ verdict: SettledPush.Verdict) -> String {
        switch verdict {
        case .nothingSent: "it had ended before anything was sent"
        case .arrived: "the registry holds it"
        case .absent: "the registry does not hold it under this tag"
        case .stillSending:
            "the engine's client is still sending it, so it stays as it is: run this again later"
        case .verified: "the registry has confirmed its digest"
        case .gone: "the registry no longer holds its digest"
        case .contradicted: "the registry contradicts its digest"
        case .otherImage: "the engine pushed another image under this name"
        case .notCompared:
            "its digest may be another image's, and the engine no longer has its own to compare:"
                + " push it again to be sure"
        case .refused: "the registry would not say, so it stays as it is"
        case .unanswered: "nobody answered, so it stays as it is"
        case .elsewhere: "it belongs to another backend, registry or owner than yours"
        }
    }
}

extension CommandContext {
    /// Tells of what went wrong beside a record.
    func warn(_ warnings: [StoreWarning]) {
        for warning in warnings { console.warn(Words.sentence(warning)) }
    }
}
