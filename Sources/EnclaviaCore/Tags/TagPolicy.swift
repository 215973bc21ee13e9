/// What a push may do to a tag that the registry already holds.
package enum TagPolicy: String, Hashable, Sendable, CaseIterable {
    /// Push, and warn when the tag moves.
    case move
    /// Push nothing where the tag exists, and record what it holds.
    case keep
    /// Push nothing where the tag holds another image.
    case refuse
    /// Push only where the image in the registry was built from an ancestor of this image's commit.
    case forward
}

/// Which policy applies to which tag: the first rule whose glob matches, else ``TagPolicy/move``.
///
/// A glob is compared with `repo:tag` and with `owner/repo:tag`.
package struct TagPolicyRules: Hashable, Sendable {
    private struct Rule: Hashable, Sendable {
        let glob: GlobPattern
        let policy: TagPolicy
    }

    private let rules: [Rule]

    /// The number of rules.
    package var count: Int { rules.count }

    /// One policy for every tag.
    package init(_ policy: TagPolicy) {
        rules = [Rule(glob: .any, policy: policy)]
    }

    /// Reads rules such as `*:prod=forward,*:v*=refuse,*=move`. White space around a rule is ignored.
    package init(_ text: String) throws(TagPolicyRulesError) {
        var rules: [Rule] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let rule = Self.trimmed(part)
            guard !rule.isEmpty else { throw .emptyRule }
            guard let equals = rule.lastIndex(of: "=") else { throw .noPolicy(rule: String(rule)) }
            let word = String(rule[rule.index(after: equals)...])
            guard let policy = TagPolicy(rawValue: word) else {
                throw .unknownPolicy(word, rule: String(rule))
            }
            let text = String(rule[..<equals])
            guard let glob = GlobPattern(text), Self.canMatch(text) else {
                throw .badGlob(text, rule: String(rule))
            }
            rules.append(Rule(glob: glob, policy: policy))
        }
        self.rules = rules
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let end = text.lastIndex { !$0.isWhitespace }
        return end.map { text[...$0].drop(while: \.isWhitespace) } ?? ""
    }

    package func policy(for reference: ImageReference) -> TagPolicy {
        let names = [
            "\(reference.repository):\(reference.tag)", "\(reference.path):\(reference.tag)",
        ]
        return rules.first { rule in names.contains(where: rule.glob.matches) }?.policy ?? .move
    }

    /// Whether the glob can match a name at all. Its author would not notice a rule that never applies. A name has
    /// a colon, which a wildcard may stand for, and no upper case before it.
    private static func canMatch(_ glob: String) -> Bool {
        let known = glob.utf8.allSatisfy {
            ReferenceGrammar.isWord($0) || "./:-*?[]^".utf8.contains($0)
        }
        let hasColon = glob.contains { ":*?[".contains($0) }
        let name = glob.prefix { !"*?[:".contains($0) }
        return known && hasColon && !glob.contains("[[")
            && !name.utf8.contains(where: ReferenceGrammar.isUpper)
    }
}

/// Why rules are refused.
package enum TagPolicyRulesError: Error, Hashable, Sendable {
    case emptyRule
    case noPolicy(rule: String)
    case unknownPolicy(String, rule: String)
    case badGlob(String, rule: String)
}
