/// A reference that the history does not know.
package struct UnknownReference: Error, Hashable, Sendable {
    /// The known one that is most like it, where one is.
    package let nearest: ImageReference?

    package init(nearest: ImageReference?) {
        self.nearest = nearest
    }
}

extension ReferenceSelector {
    /// The one of `known` that somebody who typed this may have meant: another tag of the repository, or a name
    /// of which less than a third is different. The first of several that are as near.
    package func nearest(among known: [ImageReference]) -> ImageReference? {
        let near = known.compactMap { reference in
            distance(to: reference).map { (reference: reference, distance: $0) }
        }
        return near.min { $0.distance < $1.distance }?.reference
    }

    /// `nil` where it is too far. The edits of the tag count for less than one of the repository's or the owner's.
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
