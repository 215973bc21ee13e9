import EnclaviaBase

/// Finds the candidates for the word at the end of a line.
struct CompletionValues {
    let line: CompletionLine
    let now: Timestamp
    /// Queries the history.
    let ask: (CompletionQuestion) throws(CannotComplete) -> CompletionAnswers
    /// The names of the engine's images.
    let images: () throws(CannotComplete) -> [String]
    /// How what is offered matches.
    var match = CompletionMatch.prefix

    /// The longest word, in bytes, that is looked for in other spellings.
    private static let longestWord = 256

    /// The candidates that begin with the word; if there are none, those that match it in another way.
    ///
    /// - Throws: ``CannotComplete`` if a source cannot answer.
    func reply() throws(CannotComplete) -> CompletionReply {
        var reply = CompletionReply()
        for match in CompletionMatch.allCases {
            var values = self
            values.match = match
            reply = try values.matches()
            if !reply.isEmpty || reply.isLate || line.prefix.isEmpty || line.value == .file
                || line.prefix.utf8.count > Self.longestWord
            {
                break
            }
        }
        reply.cut()
        return reply
    }

    private func matches() throws(CannotComplete) -> CompletionReply {
        var reply = CompletionReply()
        for verb in line.verbs where accepts(verb.name) { reply.offer(verb.name, verb.summary) }
        for option in line.options {
            for name in option.names where name.hasPrefix("--") && accepts(name) {
                reply.offer(name, option.summary)
            }
        }
        if let value = line.value { try offer(value, &reply) }
        return reply
    }

    /// Whether the word matches a candidate.
    func accepts(_ value: String) -> Bool { match.accepts(value, line.prefix) }

    private func offer(_ value: ValueKind, _ reply: inout CompletionReply) throws(CannotComplete) {
        let prefix = line.prefix
        reply.directive.insert(.keepOrder)
        switch value {
        case .words(let words): offer(words, &reply)
        case .time: offer(Self.times, &reply)
        case .localImage: try offerImages(&reply)
        case .destination: try offerDestinations(&reply)
        case .reference: try offerReferences(&reply)
        case .glob: try offerReferences(isGlob: true, &reply)
        case .repository: try offerReferences(isGlob: true, hasTags: false, &reply)
        case .tag: try offerTags(&reply)
        case .digest: try offerDigests(&reply)
        case .push: try offerPushes(&reply)
        case .pushOrReference:
            try offerPushes(&reply)
            if reply.isEmpty, !prefix.isEmpty { try offerReferences(&reply) }
        case .commit: try offer(try find(prefix) { .commits(prefix: $0) }, hasDetail: true, &reply)
        case .host: try offer(try find(prefix) { .hosts(prefix: $0) }, &reply)
        case .user: try offer(try find(prefix) { .users(prefix: $0) }, &reply)
        case .label: try offerLabels(&reply)
        case .enclave:
            try offer(try find(prefix) { .enclaves(prefix: $0) }, hasDetail: true, &reply)
        case .file: reply.directive = []
        case .free: break
        }
    }

    /// The words that are used most in the grammar of times.
    private static let times = ["now", "today", "yesterday", "1h", "24h", "7d", "4w"]

    private func offer(_ words: [String], _ reply: inout CompletionReply) {
        for word in words where accepts(word) { reply.offer(word) }
        if let only = reply.candidates.first, reply.candidates.count == 1,
            only.value.hasSuffix(":")
        {
            reply.directive.insert(.noSpace)
        }
    }

    /// The answers that match `text` as ``match`` says.
    ///
    /// - Parameter question: the question for a prefix.
    func find(
        _ text: String, _ question: (String) -> CompletionQuestion
    ) throws(CannotComplete) -> CompletionAnswers {
        let exact = question(text)
        switch match {
        case .prefix: return try ask(exact)
        case _ where text.isEmpty: return try ask(exact)
        case .ignoringCase:
            guard let spellings = exact.spellings else { return try filtered(text, question) }
            let spelled = try ask(spellings)
            if spelled.isLate { return spelled }
            let found = spelled.values.map(\.value)
            if found.count > CompletionQuestion.mostSpellings { return .tooMany }
            var parts: [CompletionAnswers] = []
            for spelling in found { parts.append(try ask(question(spelling))) }
            return CompletionAnswers(parts)
        case .within:
            guard let search = exact.within(text) else { return try filtered(text, question) }
            var answers = try ask(search)
            answers.values.removeAll { !match.accepts($0.value, text) }
            return answers
        }
    }

    /// Chooses from all answers, which are few.
    private func filtered(
        _ text: String, _ question: (String) -> CompletionQuestion
    ) throws(CannotComplete) -> CompletionAnswers {
        var answers = try ask(question(""))
        if answers.isCut { return .tooMany }
        answers.values.removeAll { !match.accepts($0.value, text) }
        return answers
    }

    /// - Parameters:
    ///   - lead: what stands before each value.
    ///   - end: what follows each value, after which more is to be typed.
    func offer(
        _ answers: CompletionAnswers, lead: String = "", end: String = "", hasDetail: Bool = false,
        _ reply: inout CompletionReply
    ) throws(CannotComplete) {
        let description = CompletionDescription(now: now, hasDetail: hasDetail)
        offer(answers, &reply) { answer in
            (lead + answer.value + end, description.text(answer))
        }
        if !end.isEmpty, !answers.values.isEmpty { reply.directive.insert(.noSpace) }
    }

    /// - Parameter candidate: what is offered for an answer, and its description.
    func offer(
        _ answers: CompletionAnswers, _ reply: inout CompletionReply,
        _ candidate: (CompletionAnswer) -> (String, String)
    ) {
        for (part, isEnd) in [(answers.values, false), (answers.ends, true)] {
            for answer in part {
                let (value, note) = candidate(answer)
                if !line.taken.contains(value) { reply.offer(value, note, isEnd: isEnd) }
            }
        }
        reply.isCut = reply.isCut || answers.isCut
        reply.isLate = reply.isLate || answers.isLate
    }
}
