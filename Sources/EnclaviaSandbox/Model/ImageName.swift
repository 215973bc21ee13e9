/// An image reference reduced to what tells images of one registry apart:
/// `[registry/][owner/]repository[:tag]`, with the caller as owner and `latest` as tag by default.
struct ImageName: Equatable, Sendable {
    let owner: String
    let repository: String
    let tag: String

    init(_ text: String, owner defaultOwner: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // The first part is a registry when it looks like a host (the rule of docker's
        // reference grammar): it has a dot, a colon, or is "localhost". A handle may have a dot.
        if parts.count > 1, let first = parts.first, first != defaultOwner,
            first.contains(".") || first.contains(":") || first == "localhost"
        {
            parts.removeFirst()
        }
        let last = parts.popLast() ?? ""
        let pieces = last.split(separator: ":", maxSplits: 1)
        repository = String(pieces.first ?? "")
        tag = pieces.count > 1 ? String(pieces[1]) : "latest"
        owner = parts.isEmpty ? defaultOwner : parts.joined(separator: "/")
    }
}
