/// A reference that the history does not know.
package struct UnknownReference: Error, Hashable, Sendable {
    /// The most similar reference that the history knows, if any.
    package let nearest: ImageReference?

    package init(nearest: ImageReference?) {
        self.nearest = nearest
    }
}

extension ReferenceSelector {
    /// The reference of `known` that the user may have meant: another tag of the repository, or a name that differs
    /// in at most two bytes or a third of them. The first of several at the same distance.
    package func nearest(among known: [ImageReference]) -> ImageReference? {
        let near = known.compactMap { reference in
            distance(to: reference).map { (reference: reference, distance: $0) }
        }
        return near.min { $0.distance < $1.distance }?.reference
    }

    /// `nil` where it is too far. All edits of the tag together count for less than one of the repository or the
    /// owner.
    private func distance(to reference: ImageReference) -> Int? {
        let name = EditDistance.between(repository, reference.repository)
        let owners = owner.map { EditDistance.between($0, reference.owner) } ?? 0
        guard Self.isNear(name, repository), owner.map({ Self.isNear(owners, $0) }) ?? true,
            registry == nil || registry == reference.registry
        else { return nil }
        return (name + owners) * (2 * ReferenceGrammar.tagLimit)
            + EditDistance.between(tag, reference.tag)
    }

    private static func isNear(_ edits: Int, _ text: String) -> Bool {
        edits <= min(max(2, text.utf8.count / 3), text.utf8.count - 1)
    }
}
