import EnclaviaCore

/// The conditions of a query in SQL, on the row `p` of the table `push`.
///
/// A push that matches the query meets all of them. Another may, too, since PostgreSQL's `LIKE` has no sets of
/// characters: who asks compares globs by himself. All columns compare by their bytes, as in SQLite.
struct FleetFilter {
    private let query: HistoryQuery

    init(_ query: HistoryQuery) {
        self.query = query
    }

    /// Behind `WHERE`.
    var condition: String {
        let conditions: [String?] = [
            prefixes(["digest"], query.digestPrefixes.map(\.description)),
            commits, repositories, globs,
            among("tag", query.tags),
            any([texts("context_user", query.users), texts("context_ci_actor", query.users)]),
            texts("context_host", query.hosts),
            among("outcome", outcomes),
            among("notify_outcome", query.notifyOutcomes.map(\.rawValue)),
            query.movesOnly ? "p.tag_change IN ('created', 'moved')" : nil,
            query.since.map { "p.started_at >= \(PsqlValue.time($0))" },
            query.until.map { "p.started_at < \(PsqlValue.time($0))" },
        ]
        let all = conditions.compactMap { $0 } + labels
        return all.isEmpty ? "true" : all.joined(separator: "\n    AND ")
    }

    /// A push that nobody ended reads as interrupted.
    private var outcomes: [String] {
        let words = query.outcomes.map(\.rawValue)
        return query.outcomes.contains(.interrupted)
            ? words + [PushOutcome.running.rawValue] : words
    }

    private func among(_ column: String, _ values: [String]) -> String? {
        values.isEmpty ? nil : "p.\(column) = ANY (\(PsqlValue.array(values)))"
    }

    private func any(_ conditions: [String?]) -> String? {
        let conditions = conditions.compactMap { $0 }
        return conditions.isEmpty ? nil : "(\(conditions.joined(separator: " OR ")))"
    }

    /// For a column whose first characters alone are indexed.
    private func texts(_ column: String, _ values: [String]) -> String? {
        guard let whole = among(column, values) else { return nil }
        let beginnings = values.map { "left(\(PsqlValue.text($0)), 200)" }.joined(separator: ", ")
        return "(left(p.\(column), 200) = ANY (ARRAY[\(beginnings)]) AND \(whole))"
    }

    /// Between a prefix and the last text that has it.
    private func prefixes(_ columns: [String], _ prefixes: [String]) -> String? {
        any(
            columns.flatMap { column in
                prefixes.map { prefix in
                    """
                    (p.\(column) >= \(PsqlValue.text(prefix)) \
                    AND p.\(column) < \(PsqlValue.text(prefix + "\u{10FFFF}")))
                    """
                }
            })
    }

    /// The index of an image's revision holds those that are not the commit.
    private var commits: String? {
        any(
            query.commitPrefixes.map { prefix in
                let (first, last) = (PsqlValue.text(prefix), PsqlValue.text(prefix + "\u{10FFFF}"))
                return """
                    (p.context_git_commit >= \(first) AND p.context_git_commit < \(last)) \
                    OR (p.image_revision IS DISTINCT FROM p.context_git_commit \
                    AND left(p.image_revision, 200) >= left(\(first), 200) \
                    AND left(p.image_revision, 200) <= left(\(last), 200) \
                    AND p.image_revision >= \(first) AND p.image_revision < \(last))
                    """
            })
    }

    private var repositories: String? {
        guard let names = among("repository", query.repositories.map(\.repository)) else {
            return nil
        }
        guard query.repositories.contains(where: { $0.owner != nil }) else { return names }
        let rows = query.repositories.map { wanted in
            let values = [wanted.repository, wanted.owner, wanted.registry]
            return "(\(values.map { $0.map(PsqlValue.text) ?? "NULL" }.joined(separator: ", ")))"
        }
        return """
            \(names) AND EXISTS (SELECT FROM (VALUES \(rows.joined(separator: ", "))) \
            AS w(repository, owner, registry) WHERE w.repository = p.repository \
            AND coalesce(w.owner = p.owner, w.owner IS NULL) \
            AND coalesce(w.registry = p.registry, w.registry IS NULL))
            """
    }

    private var globs: String? {
        guard !query.globs.isEmpty else { return nil }
        let patterns = PsqlValue.array(query.globs.map(Self.pattern))
        let names = [
            "p.owner || '/' || p.repository || ':' || p.tag", "p.repository || ':' || p.tag",
            "p.owner || '/' || p.repository", "p.repository",
            "p.registry || '/' || p.owner || '/' || p.repository || ':' || p.tag",
            "p.registry || '/' || p.owner || '/' || p.repository",
        ]
        return any(names.map { "\($0) LIKE ANY (\(patterns))" })
    }

    /// A pattern of `LIKE` that matches all that a glob of SQLite matches: any character instead of a set.
    static func pattern(_ glob: String) -> String {
        var pattern = ""
        var rest = Array(glob.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": pattern += "%"
            case "?": pattern += "_"
            case "[":
                var end = rest.startIndex
                if end < rest.endIndex, rest[end] == "^" { end += 1 }
                // A bracket at the beginning is one of the set.
                if end < rest.endIndex, rest[end] == "]" { end += 1 }
                while end < rest.endIndex, rest[end] != "]" { end += 1 }
                // A set that does not end matches nothing.
                guard end < rest.endIndex else { return pattern + "_%" }
                pattern += "_"
                rest = rest[(end + 1)...]
            case "%", "_", "\\": pattern += "\\" + String(scalar)
            default: pattern.unicodeScalars.append(scalar)
            }
        }
        return pattern
    }

    /// Different keys must all match, values of one key are alternatives.
    private var labels: [String] {
        Dictionary(grouping: query.labels) { ByteText($0.key) }.values.compactMap { labels in
            any(
                labels.map { label in
                    let key = PsqlValue.text(label.key)
                    return label.value.map {
                        "p.labels @> jsonb_build_object(\(key), \(PsqlValue.text($0)))"
                    } ?? "jsonb_exists(p.labels, \(key))"
                })
        }
    }
}
