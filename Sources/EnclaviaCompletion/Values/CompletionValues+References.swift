import EnclaviaBase

/// References, and their parts.
extension CompletionValues {
    /// The most repositories, or owners, of other spellings whose tags are looked for.
    private static let mostNames = 20

    func offerDestinations(_ reply: inout CompletionReply) throws(CannotComplete) {
        let name = PartialReference(line.prefix)
        guard name.registry == nil else { return }
        try offer(name, end: ":", &reply)
        if name.owner == nil, name.tag == nil, !name.repository.isEmpty, reply.isEmpty {
            try offer(try find(name.repository) { .owners(prefix: $0) }, end: "/", &reply)
        }
    }

    /// - Parameters:
    ///   - isGlob: whether a repository is a whole value, after which a space may follow.
    ///   - hasTags: whether tags may follow a repository.
    func offerReferences(
        isGlob: Bool = false, hasTags: Bool = true, _ reply: inout CompletionReply
    ) throws(CannotComplete) {
        let name = PartialReference(line.prefix)
        if name.tag == nil || hasTags { try offer(name, end: isGlob ? "" : ":", &reply) }
        guard reply.isEmpty, name.registry == nil, !line.prefix.isEmpty else { return }
        if let registry = name.owner {
            guard name.tag == nil else { return }
            for registry in try registries(registry) {
                let owners = try find(name.repository) { .owners(registry: registry, prefix: $0) }
                try offer(owners, lead: "\(registry)/", end: "/", &reply)
            }
        } else {
            if name.tag == nil {
                try offer(try find(name.repository) { .owners(prefix: $0) }, end: "/", &reply)
            }
            // The port of a registry looks like a tag.
            if reply.isEmpty {
                try offer(try find(line.prefix) { .registries(prefix: $0) }, end: "/", &reply)
            }
        }
    }

    /// Offers the repositories, or the tags, of what is being typed.
    private func offer(
        _ name: PartialReference, end: String, _ reply: inout CompletionReply
    ) throws(CannotComplete) {
        for name in try namespaces(name) {
            guard let tag = name.tag else {
                let found = try find(name.repository) {
                    .repositories(registry: name.registry, owner: name.owner, prefix: $0)
                }
                try offer(found, lead: name.namespace, end: end, &reply)
                continue
            }
            let repositories = try names(name.repository, isWhole: match != .within) {
                .repositories(registry: name.registry, owner: name.owner, prefix: $0)
            }
            if repositories == nil { reply.isCut = true }
            for repository in repositories ?? [] {
                let found = try find(tag) {
                    .tagsOf(
                        registry: name.registry, owner: name.owner, repository: repository,
                        prefix: $0)
                }
                try offer(found, lead: "\(name.namespace)\(repository):", &reply)
            }
        }
    }

    /// The reference with its registry and owner as the history spells them.
    private func namespaces(
        _ name: PartialReference
    ) throws(CannotComplete) -> [PartialReference] {
        guard match != .prefix, let owner = name.owner else { return [name] }
        var found: [PartialReference] = []
        var spellings: [String?] = [nil]
        if let registry = name.registry { spellings = try registries(registry) }
        for registry in spellings {
            let owners = try names(owner) { prefix in
                registry.map { .owners(registry: $0, prefix: prefix) } ?? .owners(prefix: prefix)
            }
            for owner in owners ?? [] {
                var whole = name
                (whole.registry, whole.owner) = (registry, owner)
                found.append(whole)
            }
        }
        return found
    }

    private func registries(_ typed: String) throws(CannotComplete) -> [String] {
        try names(typed) { .registries(prefix: $0) } ?? []
    }

    /// The spellings of a part that is typed already; `nil` if they are too many, or could not be found in time.
    private func names(
        _ typed: String, isWhole: Bool = true, _ question: (String) -> CompletionQuestion
    ) throws(CannotComplete) -> [String]? {
        guard match != .prefix else { return [typed] }
        var values = self
        if isWhole { values.match = .ignoringCase }
        let found = try values.find(typed, question)
        if found.isLate { return nil }
        // A name that others begin with is the least of them.
        let names = (found.values + found.ends).map(\.value).filter {
            !isWhole || CompletionMatch.ignoringCase.accepts(typed, $0)
        }
        if names.count > Self.mostNames || found.isCut && names.isEmpty {
            return isWhole ? [typed] : nil
        }
        return found.isCut && !isWhole ? nil : names
    }

    func offerTags(_ reply: inout CompletionReply) throws(CannotComplete) {
        guard let text = line.given["--repository"]?.last else {
            let found = try find(line.prefix) { .tags(prefix: $0) }
            return try offer(found, hasDetail: true, &reply)
        }
        let name = PartialReference(text)
        let found = try find(line.prefix) {
            .tagsOf(
                registry: name.registry, owner: name.owner, repository: name.repository, prefix: $0)
        }
        try offer(found, &reply)
    }

    func offerLabels(_ reply: inout CompletionReply) throws(CannotComplete) {
        let parts = line.prefix.split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let typed = String(parts[0])
        guard parts.count == 2 else {
            return try offer(
                try find(typed) { .labels(key: nil, prefix: $0) }, end: "=", &reply)
        }
        for key in try names(typed, { .labels(key: nil, prefix: $0) }) ?? [] {
            let found = try find(String(parts[1])) { .labels(key: key, prefix: $0) }
            try offer(found, lead: key + "=", &reply)
        }
    }
}
