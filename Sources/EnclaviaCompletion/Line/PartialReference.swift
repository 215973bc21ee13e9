/// A reference that is being typed: `repo:tag`, `owner/repo:tag` or `registry/owner/repo:tag`.
struct PartialReference {
    var registry: String?
    var owner: String?
    var repository: String
    var tag: String?

    init(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // More slashes belong to no repository.
        if parts.count > 3 { parts = parts.prefix(2) + [parts[2...].joined(separator: "/")[...]] }
        let name = (parts.last ?? "").split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        registry = parts.count == 3 ? String(parts[0]) : nil
        owner = parts.count > 1 ? String(parts[parts.count - 2]) : nil
        repository = String(name[0])
        tag = name.count == 2 ? String(name[1]) : nil
    }

    /// What stands before the repository.
    var namespace: String {
        [registry, owner].compactMap { $0.map { $0 + "/" } }.joined()
    }
}
