extension CompletionValues {
    /// Offers the images of the history, as they were typed, then those of the engine, which always have a tag:
    /// `myapp` is not offered again as `myapp:latest`. The names that pushes give to images are left out.
    func offerImages(_ reply: inout CompletionReply) throws(CannotComplete) {
        let typed = try ask(.localImages(prefix: line.prefix))
        let listed = try images().filter { $0.hasPrefix(line.prefix) }
        let hasFullName = (typed.map(\.value) + listed).contains(where: Self.hasRegistry)
        let namespaces = hasFullName ? try ask(.namespaces).map(\.value) : []
        let isOurs = { (name: String) in namespaces.contains { name.hasPrefix($0) } }

        let description = CompletionDescription(now: now)
        for answer in typed where !isOurs(answer.value) {
            reply.offer(answer.value, description.text(answer))
        }
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
        if line.prefix.hasPrefix("s") { return try offerDigests(&reply) }
        if line.prefix.utf8.count <= CompletionQuestion.shortIDLength {
            try offerPushes(.shortIDs(prefix: line.prefix), &reply)
        }
        if reply.candidates.isEmpty, !line.prefix.isEmpty {
            try offerPushes(.pushes(prefix: line.prefix), &reply)
        }
    }

    private func offerPushes(_ question: CompletionQuestion, _ reply: inout CompletionReply)
        throws(CannotComplete)
    {
        let description = CompletionDescription(now: now, hasDetail: true)
        for answer in try ask(question) where !line.taken.contains(where: answer.names) {
            reply.offer(answer.value, description.push(answer))
        }
    }
}

extension CompletionAnswer {
    /// Whether a word that was typed before is the same push's id, or the end of it.
    fileprivate func names(_ word: String) -> Bool {
        word.hasSuffix(value) || (word.utf8.count >= 6 && value.hasSuffix(word))
    }
}
