import EnclaviaCore

/// Finds the push that a person names.
enum PushLookup {
    /// The push that `text` names: by an id, six characters of its beginning or its end, or a digest.
    ///
    /// - Throws: `usage` where `text` has none of these forms, or matches several pushes, which are listed;
    ///   `not_found`.
    static func find(_ text: String, in history: any History) throws -> StoredPush {
        guard let selector = PushSelector(text) else {
            throw UserError(
                .usage, "\(text.quoted) is not a valid push id or digest",
                hint: "specify the id of a push, at least \(PushSelector.shortest) characters of"
                    + " its start or end, or sha256: and a prefix of its digest")
        }
        switch try select(selector, in: history) {
        case .found(let push):
            return push
        case .none:
            throw UserError(
                .notFound, "the history has no push \(text.quoted)",
                hint: "run `enclavia history` to list pushes")
        case .ambiguous(let candidates, let total):
            throw UserError(
                .usage, "\(text.quoted) matches \(total) pushes: specify more of the id",
                hint: try list(candidates, of: total))
        }
    }

    /// Digits that no id has may be the prefix of a digest, as the tables print it.
    private static func select(
        _ selector: PushSelector, in history: any History
    ) throws -> PushSelection {
        let selection = try history.select(selector)
        guard case .none = selection, case .id(let digits) = selector,
            let prefix = DigestPrefix(digits)
        else { return selection }
        return try history.select(.digest(prefix))
    }

    /// The push that ``find(_:in:)`` finds for `text`, else the newest push of the reference `text`.
    ///
    /// - Throws: `usage` where `text` is neither, or matches several, which are listed; `not_found`.
    static func find(pushOrReference text: String, in history: any History) throws -> StoredPush {
        // A repository may have this name, too, but `sha256:` stands for a digest.
        guard !text.hasPrefix(DigestPrefix.algorithm) else { return try find(text, in: history) }
        let push = PushSelector(text)
        if let push {
            let selection = try select(push, in: history)
            guard case .none = selection else { return try find(text, in: history) }
        }
        guard let push = try newest(of: text, isPush: push != nil, in: history) else {
            throw UserError(
                .notFound, "no push matches \(text.quoted)",
                hint: push == nil && text.utf8.allSatisfy(ReferenceGrammar.isLowerHex)
                    ? "part of an id must have at least \(PushSelector.shortest) characters"
                    : "run `enclavia history` to list pushes")
        }
        return push
    }

    /// The pushes of a shared history among which ``find(pushOrReference:in:)`` finds what it finds among all.
    static func selections(of text: String) -> [RemoteSelection] {
        var selections: [RemoteSelection] = []
        // First, since it says where the pushes have their places.
        if !text.hasPrefix(DigestPrefix.algorithm), let reference = try? ReferenceSelector(text) {
            selections.append(.tag(reference))
        }
        switch PushSelector(text) {
        case .id(let part):
            selections.append(.id(part))
            if let digest = DigestPrefix(part) { selections.append(.digest(digest)) }
        case .digest(let prefix): selections.append(.digest(prefix))
        case nil: break
        }
        return selections
    }

    /// The newest push of the reference `text`.
    ///
    /// - Parameter isPush: whether `text` may be a push instead, and need not be a reference.
    private static func newest(
        of text: String, isPush: Bool, in history: any History
    ) throws -> StoredPush? {
        let selector: ReferenceSelector
        do throws(DestinationError) {
            selector = try ReferenceSelector(text)
        } catch {
            guard !isPush else { return nil }
            throw UserError(
                .usage, "\(text.quoted) is not a push or a reference", hint: grammar)
        }
        let newest = try history.latest(of: selector)
        guard newest.count > 1 else { return newest.first }
        let names = try newest.map { try $0.fields().reference ?? "" }.sorted()
        throw UserError(
            .usage, "\(text.quoted) matches several references: specify one of them",
            hint: names.map { $0.printable }.joined(separator: ", "))
    }

    private static let grammar =
        "specify the id of a push, at least \(PushSelector.shortest) characters of its start or end,"
        + " sha256: and a prefix of its digest, or a reference such as myapp:v1"

    private static func list(_ candidates: [StoredPush], of total: Int) throws -> String {
        let shown = try candidates.map { candidate in
            let push = try candidate.record()
            let name = push.reference.map { "\($0.path):\($0.tag)" } ?? push.destination
            return "\(push.id) (\(name.printable), \(push.startedAt))"
        }
        let more = total - shown.count
        return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
}
