/// What `git status --porcelain=v2 --branch` says of a checkout.
///
/// Source: git-status(1), "Porcelain Format Version 2".
package struct GitStatus: Hashable, Sendable {
    /// The commit that is checked out; `nil` before the first one.
    package var commit: String?
    /// `nil` for a detached head.
    package var branch: String?
    /// Whether tracked files differ from the commit; `nil` if that is unknown.
    package var isDirty: Bool?

    /// - Parameter filtersAreOff: the checkout's own content filters were kept from running, so that a
    ///   file whose content seems to differ may only be unfiltered.
    package init(porcelain text: String, filtersAreOff: Bool) {
        var isChanged = false
        var isDoubtful = false
        for line in text.split(separator: "\n") {
            if let value = line.value(after: "# branch.oid ") {
                commit = Self.isObjectName(value) ? value : nil
            } else if let value = line.value(after: "# branch.head ") {
                branch = value == "(detached)" ? nil : value
            } else if line.hasPrefix("1 .M"), filtersAreOff {
                isDoubtful = true
            } else if let kind = line.first, "12u".contains(kind) {
                isChanged = true
            }
        }
        guard commit != nil || branch != nil else { return }
        isDirty = isChanged ? true : isDoubtful ? nil : false
    }

    private static func isObjectName(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count)
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

extension Substring {
    fileprivate func value(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
