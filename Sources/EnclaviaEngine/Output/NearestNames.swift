import EnclaviaCore

/// Names that somebody who typed another one may have meant.
package enum NearestNames {
    /// At most three of `candidates`, the nearest first, none of which takes more edits than a third of
    /// what was typed (three at least).
    package static func to(_ typed: String, among candidates: [String]) -> [String] {
        let limit = max(3, typed.utf8.count / 3)
        return candidates.filter { !$0.contains("<none>") }
            .map { ($0, distance(typed, $0)) }.filter { $0.1 <= limit }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
            .prefix(3).map(\.0)
    }

    /// The fewest edits from `typed` to `name`, or to a part of it that a person would leave out: the tag,
    /// and everything before the last component.
    private static func distance(_ typed: String, _ name: String) -> Int {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        let hasTag = (typed.split(separator: "/").last ?? "").contains(":")
        let forms = [name, last].map { form in
            hasTag ? form : String(form.prefix(upTo: form.lastIndex(of: ":") ?? form.endIndex))
        }
        return forms.map { EditDistance.between(typed, $0) }.min() ?? .max
    }
}
