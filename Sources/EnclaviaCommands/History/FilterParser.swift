import EnclaviaCore

/// Reads the values of the filters, and counts them.
struct FilterParser {
    /// The longest pattern that SQLite's GLOB takes, in bytes (SQLITE_MAX_LIKE_PATTERN_LENGTH,
    /// <https://www.sqlite.org/limits.html>).
    private static let longestPattern = 50_000
    /// The most values of all filters together: SQLite takes 32,766 parameters, and a value needs up to four.
    private static let mostValues = 8_000

    private var count = 0

    /// - Parameter grammar: one of those below.
    /// - Throws: what `grammar` throws at the first value that breaks it.
    mutating func read<Value>(
        _ texts: [String], _ grammar: (String) throws(UserError) -> Value
    ) throws(UserError) -> [Value] {
        count += texts.count
        return try texts.map(grammar)
    }

    /// - Throws: `usage` where more values were read than a query can have.
    func checkCount() throws(UserError) {
        guard count <= Self.mostValues else {
            throw UserError(
                .usage,
                "the filters have \(count) values, more than the limit of \(Self.mostValues)",
                hint: "use fewer values in one command")
        }
    }
}

/// The grammars of the filters' values.
extension FilterParser {
    /// Any text but an empty one.
    static func text(
        _ option: String
    ) -> (_ text: String) throws(UserError) -> String {
        { text throws(UserError) in
            guard !text.isEmpty else { throw UserError(.usage, "\(option) is empty") }
            return text
        }
    }

    static func pattern(_ text: String) throws(UserError) -> String {
        guard text.utf8.count <= longestPattern else {
            throw UserError(.usage, "the pattern is longer than \(longestPattern) bytes")
        }
        return try Self.text("the pattern")(text)
    }

    /// `repo`, `owner/repo` or `registry/owner/repo`.
    static func repository(_ text: String) throws(UserError) -> RepositoryFilter {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let registry = parts.count == 3 ? String(parts[0]) : nil
        guard parts.count <= 3, parts.suffix(2).allSatisfy(ReferenceGrammar.isPathComponent),
            registry.map(isRegistry) ?? true
        else {
            throw UserError(
                .usage,
                "--repository \(text.quoted) is not <repo>, <owner>/<repo> or"
                    + " <registry>/<owner>/<repo>",
                hint: text.contains(":")
                    ? "use --tag to filter by tag" : nil)
        }
        return RepositoryFilter(
            registry: registry, owner: parts.count > 1 ? String(parts[parts.count - 2]) : nil,
            repository: String(parts[parts.count - 1]))
    }

    /// Whether `text` is a registry and not an owner, by Docker's rule: it has a dot or a port, or is
    /// `localhost`.
    private static func isRegistry(_ text: String) -> Bool {
        ReferenceGrammar.isRegistry(text)
            && (text.contains { ".:".contains($0) } || text == "localhost")
    }

    static func tag(_ text: String) throws(UserError) -> String {
        guard ReferenceGrammar.isTag(Substring(text)) else {
            throw UserError(
                .usage,
                "--tag \(text.quoted) is not a tag: 1 to \(ReferenceGrammar.tagLimit) letters, digits,"
                    + " \"_\", \".\" and \"-\"")
        }
        return text
    }

    /// 1 to 64 hexadecimal digits, in upper or lower case, with or without `sha256:`.
    static func digestPrefix(_ text: String) throws(UserError) -> DigestPrefix {
        guard let prefix = DigestPrefix(text.lowercased()) else {
            throw UserError(
                .usage,
                "--digest \(text.quoted) is not 1 to 64 hexadecimal digits, with or without"
                    + " sha256:")
        }
        return prefix
    }

    /// The text as typed, and in lower case. Commit ids are lower-case, but an image's revision may be any text.
    static func spellings(ofCommit text: String) -> [String] {
        let lower = text.lowercased()
        return lower == text ? [text] : [text, lower]
    }

    /// `KEY` or `KEY=VALUE`.
    static func label(_ text: String) throws(UserError) -> LabelFilter {
        // Split by bytes: a value may begin with a combining mark, which would combine with the "=".
        let equals = text.utf8.firstIndex(of: UInt8(ascii: "="))
        let key = equals.map { String(text[..<$0]) } ?? text
        guard !key.isEmpty else {
            throw UserError(.usage, "--label \(text.quoted) is not KEY or KEY=VALUE")
        }
        return LabelFilter(
            key: key, value: equals.map { String(text[text.utf8.index(after: $0)...]) })
    }
}

extension CommandContext {
    /// The moment that `text`, the value of `option`, means.
    ///
    /// - Throws: `usage`, naming the option, the part that breaks the grammar, and the grammar.
    func moment(
        _ text: String, of option: String, as edge: TimeExpression.Edge
    ) throws(UserError) -> Timestamp {
        do throws(TimeExpressionError) {
            return try TimeExpression(text).moment(at: now(), as: edge, in: zone)
        } catch {
            throw ErrorMessages.explain(error, of: option)
        }
    }

    /// The last moment that `text`, the value of `option`, means: of a day, its last.
    ///
    /// - Throws: as ``moment(_:of:as:)``.
    func lastMoment(_ text: String, of option: String) throws(UserError) -> Timestamp {
        do throws(TimeExpressionError) {
            return try TimeExpression(text).lastMoment(at: now(), in: zone)
        } catch {
            throw ErrorMessages.explain(error, of: option)
        }
    }
}

extension ErrorMessages {
    static func explain(_ error: TimeExpressionError, of option: String) -> UserError {
        let sentence =
            switch error {
            case .empty: "\(option) is empty"
            case .unknown(let text): "\(option) \(text.quoted) is not a valid time"
            case .unknownUnit(let text, let unit):
                "\(option) \(text.quoted) has the unknown unit \(unit.quoted)"
            case .tooLong(let text): "\(option) \(text.quoted) is too far in the past"
            case .outOfRange(let text, let field, let value):
                "\(option) \(text.quoted) has an invalid \(field): \(value)"
            case .unexpected(let text, rest: ""): "\(option) \(text.quoted) is incomplete"
            case .unexpected(let text, let rest):
                "\(option) \(text.quoted) is not a valid time: unexpected \(rest.quoted)"
            }
        return UserError(.usage, sentence, hint: "a time is \(TimeExpression.grammar)")
    }

    static func invertedRange(
        since: String, _ first: Timestamp, until: String, _ last: Timestamp, in zone: LocalZone
    ) -> UserError {
        let (first, last) = (zone.civilTime(at: first), zone.civilTime(at: last))
        return UserError(
            .usage,
            "the range is inverted: --since \(since.quoted) (\(first.minuteText)) is after --until"
                + " \(until.quoted) (\(last.minuteText))",
            hint: "a time is \(TimeExpression.grammar)")
    }
}
