import EnclaviaBase

/// Images, pushes and digests.
extension CompletionValues {
    /// Offers the images of the history, as they were typed, then those of the engine, which always have a tag:
    /// `myapp` is not offered again as `myapp:latest`. The names that pushes give to images are left out.
    func offerImages(_ reply: inout CompletionReply) throws(CannotComplete) {
        let typed = try find(line.prefix) { .localImages(prefix: $0) }
        let listed = try images().filter(accepts)
        let hasFullName = ((typed.values + typed.ends).map(\.value) + listed)
            .contains(where: Self.hasRegistry)
        let namespaces = hasFullName ? try ask(.namespaces).values.map(\.value) : []
        let isOurs = { (name: String) in namespaces.contains { name.hasPrefix($0) } }

        let description = CompletionDescription(now: now)
        var others = CompletionAnswers(
            typed.values.filter { !isOurs($0.value) },
            ends: typed.ends.filter { !isOurs($0.value) },
            isCut: typed.isCut)
        others.isLate = typed.isLate
        offer(others, &reply) { ($0.value, description.text($0)) }
        let known = Set(reply.candidates.map { $0.value + ":latest" })
        for name in listed where !known.contains(name) && !isOurs(name) {
            reply.offer(name, "local image")
        }
    }

    /// Whether a name may begin with a registry and an owner.
    private static func hasRegistry(_ name: String) -> Bool {
        name.utf8.count(where: { $0 == UInt8(ascii: "/") }) >= 2
    }

    func offerPushes(_ reply: inout CompletionReply) throws(CannotComplete) {
        if line.prefix.hasPrefix("s") || match != .prefix && line.prefix.hasPrefix("S") {
            return try offerDigests(&reply)
        }
        // Ids are in lower case, and random, so that the middle of one means nothing.
        if match == .within { return }
        let prefix = match == .prefix ? line.prefix : line.prefix.lowercased()
        if prefix.utf8.count <= CompletionQuestion.shortIDLength {
            try offerPushes(.shortIDs(prefix: prefix), &reply)
        }
        if reply.isEmpty, !prefix.isEmpty { try offerPushes(.pushes(prefix: prefix), &reply) }
    }

    private func offerPushes(_ question: CompletionQuestion, _ reply: inout CompletionReply)
        throws(CannotComplete)
    {
        let description = CompletionDescription(now: now, hasDetail: true)
        var answers = try ask(question)
        let isNew = { (answer: CompletionAnswer) in !line.taken.contains(where: answer.names) }
        answers.values = answers.values.filter(isNew)
        answers.ends = answers.ends.filter(isNew)
        offer(answers, &reply) { ($0.value, description.push($0)) }
    }

    /// Offers digests, with or without their algorithm, as in the typed word.
    func offerDigests(_ reply: inout CompletionReply) throws(CannotComplete) {
        if match == .within { return }
        let algorithm = DigestPrefix.algorithm
        let typed = match == .prefix ? line.prefix : line.prefix.lowercased()
        let prefix = DigestPrefix(typed)
        guard prefix != nil || algorithm.hasPrefix(typed) else { return }
        let answers = try ask(.digests(prefix: prefix))
        if algorithm.hasPrefix(typed) || typed.hasPrefix(algorithm) {
            return try offer(answers, hasDetail: true, &reply)
        }
        let description = CompletionDescription(now: now, hasDetail: true)
        offer(answers, &reply) { answer in
            (String(answer.value.dropFirst(algorithm.count)), description.text(answer))
        }
    }
}

extension CompletionAnswer {
    /// Whether a word that was typed before is the same push's id, or the end of it.
    fileprivate func names(_ word: String) -> Bool {
        word.hasSuffix(value) || (word.utf8.count >= 6 && value.hasSuffix(word))
    }
}
