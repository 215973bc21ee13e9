import EnclaviaCore

/// The names that a user may have meant by a mistyped one.
package enum NearestNames {
    /// The most names: few enough to print, and enough for callers that omit some of them.
    static let limit = 16

    /// At most ``limit`` of `candidates`, the nearest first.
    package static func to(_ typed: String, among candidates: [String]) -> [String] {
        candidates.filter { !$0.contains("<none>") }
            .compactMap { name in distance(typed, name).map { (name: name, distance: $0) } }
            .sorted { left, right in
                (left.distance, left.name.utf8.count, left.name)
                    < (right.distance, right.name.utf8.count, right.name)
            }
            .prefix(limit).map(\.name)
    }

    /// The edit distance of two references. Edits of the tag count two at most: another tag of the right
    /// repository is near. The user may omit what comes before the last component.
    ///
    /// - Returns: `nil` where more than a third of the repository's name would have to be edited, or all of it;
    ///   two edits are near even in a short name.
    private static func distance(_ typed: String, _ name: String) -> Int? {
        let (wanted, tag) = parts(typed)
        let (whole, otherTag) = parts(name)
        let last = whole.split(separator: "/").last ?? whole
        let limit = min(max(2, wanted.utf8.count / 3), wanted.utf8.count - 1)
        let nearest = min(EditDistance.between(wanted, whole), EditDistance.between(wanted, last))
        return nearest > limit ? nil : nearest + min(2, EditDistance.between(tag, otherTag))
    }

    private static func parts(_ reference: String) -> (repository: Substring, tag: Substring) {
        guard let colon = reference.lastIndex(of: ":"), !reference[colon...].contains("/") else {
            return (reference[...], "latest")
        }
        return (reference[..<colon], reference[colon...].dropFirst())
    }
}
