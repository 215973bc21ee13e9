import EnclaviaCore
import EnclaviaStore

/// The kind of a value, which determines its candidates.
package enum ValueKind: Hashable, Sendable {
    /// One of these words; one that ends in a colon is followed by more text.
    case words([String])
    /// An image of the engine.
    case localImage
    /// `<repo>:<tag>`, offered one half after the other.
    case destination
    /// What `history list` matches: a repository, then a repository with a tag.
    case glob
    case repository
    case tag
    case digest
    /// A push by the end of its id or by its id, or a digest where one is being typed.
    case push
    /// A push, or a reference, which stands for its newest push.
    case pushOrReference
    /// A host that pushes came from.
    case host
    /// Who pushed.
    case user
    /// `KEY=VALUE`, offered one half after the other.
    case label
    case enclave
    case time
    case file
    /// Free text, which has no candidates.
    case free
}

/// Finds the candidates for the word at the end of a line.
struct CompletionValues {
    let line: CompletionLine
    let now: Timestamp
    /// Queries the history.
    let ask: (CompletionQuestion) -> [CompletionAnswer]
    /// The names of the engine's images.
    let images: () -> [String]

    func reply() -> CompletionReply {
        var reply = CompletionReply()
        for verb in line.verbs where verb.name.hasPrefix(line.prefix) {
            reply.offer(verb.name, verb.summary)
        }
        for option in line.options {
            for name in option.names where name.hasPrefix("--") && name.hasPrefix(line.prefix) {
                reply.offer(name, option.summary)
            }
        }
        if let value = line.value { offer(value, &reply) }
        return reply
    }

    private func offer(_ value: ValueKind, _ reply: inout CompletionReply) {
        let prefix = line.prefix
        reply.directive.insert(.keepOrder)
        switch value {
        case .words(let words): offer(words, &reply)
        case .time: offer(Self.times, &reply)
        case .localImage: offerImages(&reply)
        case .destination: offerDestinations(&reply)
        case .glob: offerGlobs(&reply)
        case .repository: offer(.repositories(owner: nil, prefix: prefix), &reply)
        case .tag: offerTags(&reply)
        case .digest: offerDigests(&reply)
        case .push: offerPushes(&reply)
        case .pushOrReference:
            offerPushes(&reply)
            if reply.candidates.isEmpty, !prefix.isEmpty { offerDestinations(&reply) }
        case .host: offer(.hosts(prefix: prefix), &reply)
        case .user: offer(.users(prefix: prefix), &reply)
        case .label: offerLabels(&reply)
        case .enclave: offer(.enclaves(prefix: prefix), hasDetail: true, &reply)
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
    ) {
        let description = CompletionDescription(now: now, hasDetail: hasDetail)
        for answer in ask(question) where !line.taken.contains(lead + answer.value) {
            reply.offer(lead + answer.value + end, description.text(answer))
        }
        if !end.isEmpty { reply.directive.insert(.noSpace) }
    }
}

extension CompletionValues {
    private func offerDestinations(_ reply: inout CompletionReply) {
        let name = PartialDestination(line.prefix)
        if let tag = name.tag {
            return offer(
                .tagsOf(owner: name.owner, repository: name.repository, prefix: tag),
                lead: name.lead, &reply)
        }
        let repositories = CompletionQuestion.repositories(
            owner: name.owner, prefix: name.repository)
        offer(repositories, lead: name.lead, end: ":", &reply)
        if name.owner == nil, !name.repository.isEmpty, reply.candidates.isEmpty {
            offer(.owners(prefix: name.repository), end: "/", &reply)
        }
    }

    /// A repository is a whole glob, so a space may follow it.
    private func offerGlobs(_ reply: inout CompletionReply) {
        let name = PartialDestination(line.prefix)
        guard name.tag == nil else { return offerDestinations(&reply) }
        offer(.repositories(owner: name.owner, prefix: name.repository), lead: name.lead, &reply)
    }

    private func offerTags(_ reply: inout CompletionReply) {
        guard let text = line.given["--repository"]?.last else {
            return offer(.tags(prefix: line.prefix), hasDetail: true, &reply)
        }
        let name = PartialDestination(text)
        offer(
            .tagsOf(owner: name.owner, repository: name.repository, prefix: line.prefix), &reply)
    }

    /// Offers digests, with or without their algorithm, as in the typed word.
    func offerDigests(_ reply: inout CompletionReply) {
        let algorithm = DigestPrefix.algorithm
        let prefix = DigestPrefix(line.prefix)
        guard prefix != nil || algorithm.hasPrefix(line.prefix) else { return }
        if algorithm.hasPrefix(line.prefix) || line.prefix.hasPrefix(algorithm) {
            return offer(.digests(prefix: prefix), hasDetail: true, &reply)
        }
        let description = CompletionDescription(now: now, hasDetail: true)
        for answer in ask(.digests(prefix: prefix)) {
            reply.offer(String(answer.value.dropFirst(algorithm.count)), description.text(answer))
        }
    }

    private func offerLabels(_ reply: inout CompletionReply) {
        let parts = line.prefix.split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = String(parts[0])
        guard parts.count == 2 else {
            return offer(.labels(key: nil, prefix: key), end: "=", &reply)
        }
        offer(.labels(key: key, prefix: String(parts[1])), lead: key + "=", &reply)
    }
}
