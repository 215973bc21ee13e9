import EnclaviaBase

/// Finds the candidates for the word at the end of a line.
struct CompletionValues {
    let line: CompletionLine
    let now: Timestamp
    /// Queries the history.
    let ask: (CompletionQuestion) throws(CannotComplete) -> [CompletionAnswer]
    /// The names of the engine's images.
    let images: () throws(CannotComplete) -> [String]

    /// - Throws: ``CannotComplete`` if a source cannot answer.
    func reply() throws(CannotComplete) -> CompletionReply {
        var reply = CompletionReply()
        for verb in line.verbs where verb.name.hasPrefix(line.prefix) {
            reply.offer(verb.name, verb.summary)
        }
        for option in line.options {
            for name in option.names where name.hasPrefix("--") && name.hasPrefix(line.prefix) {
                reply.offer(name, option.summary)
            }
        }
        if let value = line.value { try offer(value, &reply) }
        return reply
    }

    private func offer(_ value: ValueKind, _ reply: inout CompletionReply) throws(CannotComplete) {
        let prefix = line.prefix
        reply.directive.insert(.keepOrder)
        switch value {
        case .words(let words): offer(words, &reply)
        case .time: offer(Self.times, &reply)
        case .localImage: try offerImages(&reply)
        case .destination: try offerDestinations(&reply)
        case .glob: try offerGlobs(&reply)
        case .repository: try offer(.repositories(owner: nil, prefix: prefix), &reply)
        case .tag: try offerTags(&reply)
        case .digest: try offerDigests(&reply)
        case .push: try offerPushes(&reply)
        case .pushOrReference:
            try offerPushes(&reply)
            if reply.candidates.isEmpty, !prefix.isEmpty { try offerDestinations(&reply) }
        case .host: try offer(.hosts(prefix: prefix), &reply)
        case .user: try offer(.users(prefix: prefix), &reply)
        case .label: try offerLabels(&reply)
        case .enclave: try offer(.enclaves(prefix: prefix), hasDetail: true, &reply)
        case .file: reply.directive = []
        case .free: break
        }
    }

    /// The words that are used most in the grammar of times.
    private static let times = ["now", "today", "yesterday", "1h", "24h", "7d", "4w"]

    private func offer(_ words: [String], _ reply: inout CompletionReply) {
        for word in words where word.hasPrefix(line.prefix) { reply.offer(word) }
        if let only = reply.candidates.first, reply.candidates.count == 1,
            only.value.hasSuffix(":")
        {
            reply.directive.insert(.noSpace)
        }
    }

    /// - Parameters:
    ///   - lead: what has been typed already and stands before each value.
    ///   - end: what follows each value, after which more is to be typed.
    private func offer(
        _ question: CompletionQuestion, lead: String = "", end: String = "",
        hasDetail: Bool = false, _ reply: inout CompletionReply
    ) throws(CannotComplete) {
        let description = CompletionDescription(now: now, hasDetail: hasDetail)
        for answer in try ask(question) where !line.taken.contains(lead + answer.value) {
            reply.offer(lead + answer.value + end, description.text(answer))
        }
        if !end.isEmpty { reply.directive.insert(.noSpace) }
    }
}

extension CompletionValues {
    private func offerDestinations(_ reply: inout CompletionReply) throws(CannotComplete) {
        let name = PartialDestination(line.prefix)
        if let tag = name.tag {
            return try offer(
                .tagsOf(owner: name.owner, repository: name.repository, prefix: tag),
                lead: name.lead, &reply)
        }
        let repositories = CompletionQuestion.repositories(
            owner: name.owner, prefix: name.repository)
        try offer(repositories, lead: name.lead, end: ":", &reply)
        if name.owner == nil, !name.repository.isEmpty, reply.candidates.isEmpty {
            try offer(.owners(prefix: name.repository), end: "/", &reply)
        }
    }

    /// A repository is a whole glob, so a space may follow it.
    private func offerGlobs(_ reply: inout CompletionReply) throws(CannotComplete) {
        let name = PartialDestination(line.prefix)
        guard name.tag == nil else { return try offerDestinations(&reply) }
        try offer(
            .repositories(owner: name.owner, prefix: name.repository), lead: name.lead, &reply)
    }

    private func offerTags(_ reply: inout CompletionReply) throws(CannotComplete) {
        guard let text = line.given["--repository"]?.last else {
            return try offer(.tags(prefix: line.prefix), hasDetail: true, &reply)
        }
        let name = PartialDestination(text)
        try offer(
            .tagsOf(owner: name.owner, repository: name.repository, prefix: line.prefix), &reply)
    }

    /// Offers digests, with or without their algorithm, as in the typed word.
    func offerDigests(_ reply: inout CompletionReply) throws(CannotComplete) {
        let algorithm = DigestPrefix.algorithm
        let prefix = DigestPrefix(line.prefix)
        guard prefix != nil || algorithm.hasPrefix(line.prefix) else { return }
        if algorithm.hasPrefix(line.prefix) || line.prefix.hasPrefix(algorithm) {
            return try offer(.digests(prefix: prefix), hasDetail: true, &reply)
        }
        let description = CompletionDescription(now: now, hasDetail: true)
        for answer in try ask(.digests(prefix: prefix)) {
            reply.offer(String(answer.value.dropFirst(algorithm.count)), description.text(answer))
        }
    }

    private func offerLabels(_ reply: inout CompletionReply) throws(CannotComplete) {
        let parts = line.prefix.split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = String(parts[0])
        guard parts.count == 2 else {
            return try offer(.labels(key: nil, prefix: key), end: "=", &reply)
        }
        try offer(.labels(key: key, prefix: String(parts[1])), lead: key + "=", &reply)
    }
}
