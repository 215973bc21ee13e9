import EnclaviaCore

/// Finds the push that a person names.
enum NamedPush {
    /// The push that `text` names: by an id, six characters of its beginning or its end, or a digest.
    ///
    /// - Throws: `usage` where it is no such name, or the name of several, which are listed; `not_found`.
    static func find(_ text: String, in history: any History) throws -> StoredPush {
        guard let selector = PushSelector(text) else {
            throw Explanation(
                .usage, "\(Words.quoted(text)) names no push",
                hint: "a push is named by its id, at least \(PushSelector.shortest) characters of"
                    + " its beginning or its end, or sha256: and a prefix of its digest")
        }
        switch try history.select(selector) {
        case .found(let push):
            return push
        case .none:
            throw Explanation(
                .notFound, "the history has no push \(Words.quoted(text))",
                hint: "run `enclavia history` to see those that there are")
        case .ambiguous(let candidates, let total):
            throw Explanation(
                .usage, "\(Words.quoted(text)) names \(total) pushes: write more of the id",
                hint: try list(candidates, of: total))
        }
    }

    private static func list(_ candidates: [StoredPush], of total: Int) throws -> String {
        let shown = try candidates.map { candidate in
            let push = try candidate.record()
            let name = push.reference.map { "\($0.path):\($0.tag)" } ?? push.destination
            return "\(push.id) (\(Words.shown(name)), \(push.startedAt))"
        }
        let more = total - shown.count
        return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
}
