/// Where the values of a question are in the order of an index, so that the first and the last of them, and the
/// spellings of a prefix, are found by looking them up.
struct CompletionSource: Sendable {
    let table: String
    /// The column that is the value.
    let value: String
    /// The expressions of a row after its value: moment, detail, digest, outcome and notify outcome.
    var columns = "NULL, NULL, NULL, NULL, NULL"
    /// A condition on the table's own columns, with parameters from `?3` on.
    var condition: String?
    /// A condition that needs other tables, on `value`.
    var check: String?
    /// Whether many rows have the same value.
    var repeats = false
    /// The moment of a value that repeats, if an index has it.
    var newest: String? = "max(started_at)"

    /// The most rows among which each end is looked for, if they are checked.
    private static let checkScan = 100

    private var conditions: String { condition.map { " AND \($0)" } ?? "" }

    private var checks: String { check.map { " WHERE \($0)" } ?? "" }

    /// The least and the greatest value from `?1` to `?2`.
    var ends: String {
        ["", " DESC"].map { order in
            """
            SELECT * FROM (
                SELECT * FROM (
                    SELECT \(value) AS value, \(columns) FROM \(table)
                    WHERE \(value) >= ?1 AND \(value) < ?2\(conditions) ORDER BY \(value)\(order)
                    LIMIT \(check == nil ? 1 : Self.checkScan))
                \(checks) LIMIT 1)
            """
        }.joined(separator: " UNION ALL ")
    }

    /// Whether a value begins with `text`, an expression of SQL.
    func begins(with text: String) -> String {
        """
        EXISTS (
            SELECT 1 FROM \(table)
            WHERE \(value) >= \(text) AND \(value) < \(text) || char(1114111)\(conditions))
        """
    }

    /// All values that have the patterns `?1` or `?2`. This reads each value, and has no limit but that of time.
    var within: String {
        let matches =
            "(value LIKE ?1 ESCAPE '\\' OR value LIKE ?2 ESCAPE '\\')\(check.map { " AND \($0)" } ?? "")"
        guard repeats else {
            return """
                SELECT * FROM (SELECT \(value) AS value, \(columns) FROM \(table) WHERE true\(conditions))
                WHERE \(matches)
                """
        }
        let moment = newest.map {
            "(SELECT \($0) FROM \(table) WHERE \(table).\(value) = found.value)"
        }
        return """
            SELECT * FROM (
                WITH RECURSIVE found (value) AS (
                    SELECT min(\(value)) FROM \(table) WHERE \(value) IS NOT NULL\(conditions)
                    UNION ALL
                    SELECT (SELECT min(\(value)) FROM \(table) WHERE \(value) > found.value\(conditions))
                    FROM found WHERE found.value IS NOT NULL)
                SELECT value, \(moment ?? "NULL"), NULL, NULL, NULL, NULL
                FROM found WHERE \(matches))
            """
    }
}

extension CompletionQuestion {
    /// The least and the greatest value that match, however many there are; `nil` without a ``CompletionSource``.
    package var ends: CompletionQuestion? { ends(arguments.prefix(2)) }

    /// The least and the greatest value of a range.
    ///
    /// - Parameter range: its beginning, and the first text after it.
    func ends(_ range: some Collection<String>) -> CompletionQuestion? {
        sources.isEmpty
            ? nil
            : CompletionQuestion(
                sources.map(\.ends).joined(separator: " UNION ALL "),
                Array(range) + arguments.dropFirst(2), prefix: prefix)
    }

    /// The most spellings of a prefix that are looked for.
    static let mostSpellings = 64

    /// The spellings of the prefix with which values begin, for ``CompletionMatch/ignoringCase``; `nil` without a
    /// ``CompletionSource``.
    ///
    /// Each character costs a look-up for each spelling of those before it that exists.
    package var spellings: CompletionQuestion? {
        guard !sources.isEmpty else { return nil }
        let spellings = CompletionMatch.spellings(prefix)
        // The sources' own parameters end before.
        var values = arguments + Array(repeating: "", count: max(0, 9 - arguments.count))
        var rows: [String] = []
        for (place, texts) in spellings.enumerated() {
            for text in texts {
                values.append(text)
                rows.append("(\(place + 1), ?\(values.count))")
            }
        }
        if rows.isEmpty { return nil }
        let begins = sources.map { $0.begins(with: "(found.text || spelling.text)") }
        return CompletionQuestion(
            """
            WITH RECURSIVE spelling (place, text) AS (VALUES \(rows.joined(separator: ", "))),
            found (place, text) AS (
                SELECT 0, ''
                UNION ALL
                SELECT spelling.place, found.text || spelling.text
                FROM found JOIN spelling ON spelling.place = found.place + 1
                WHERE \(begins.joined(separator: " OR ")))
            SELECT text, NULL, NULL, NULL, NULL, NULL FROM found WHERE place = \(spellings.count)
            LIMIT \(Self.mostSpellings + 1)
            """, values)
    }

    /// Every value that contains `text`, for ``CompletionMatch/within``; `nil` without a ``CompletionSource``.
    package func within(_ text: String) -> CompletionQuestion? {
        guard !sources.isEmpty else { return nil }
        var question = CompletionQuestion(
            """
            SELECT * FROM (\(sources.map(\.within).joined(separator: " UNION ALL "))) ORDER BY 2 DESC
            """, CompletionMatch.patterns(text) + arguments.dropFirst(2))
        question.isSearch = true
        return question
    }
}
