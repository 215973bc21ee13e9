import EnclaviaCore

/// Names that somebody who typed another one may have meant.
package enum NearestNames {
    /// The most names: few enough to print, and enough for who leaves some of them out.
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

    /// The edits from one reference to the other, of which those of the tag count two at most: another tag
    /// of the right repository is near. What comes before the last component may be left out.
    ///
    /// - Returns: `nil` where a third of the repository's name, or all of it, would have to be edited.
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
