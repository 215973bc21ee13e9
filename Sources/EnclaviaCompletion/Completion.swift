import EnclaviaBase

/// Answers the shells' completion scripts.
///
/// This runs at every TAB, in `enclavia-complete` or, where that is not beside the program, in `enclavia`. It
/// starts no thread, and prints nothing but its reply, even where it fails.
package enum Completion {
    /// The hidden subcommand, with Cobra's name.
    package static let verb = "__complete"

    /// Replies on standard output; says nothing where `sources` cannot answer.
    ///
    /// - Parameter words: the words after the program's name, the last being the one to complete.
    package static func answer(_ words: some Sequence<String>, sources: CompletionSources) {
        let reply = try? reply(
            to: Array(words), at: CompletionEnvironment.now, ask: sources.answers,
            images: sources.images)
        reply?.write()
    }

    /// The text of the reply. The history is queried by `ask`, the engine by `images`, each only when needed.
    package static func text(
        for words: [String], at now: Timestamp,
        ask: @escaping (CompletionQuestion) -> CompletionAnswers,
        images: @escaping () -> [String]
    ) -> String {
        let reply = try? reply(to: words, at: now, ask: { ask($0) }, images: { images() })
        return reply?.text ?? ""
    }

    private static func reply(
        to words: [String], at now: Timestamp,
        ask: @escaping (CompletionQuestion) throws(CannotComplete) -> CompletionAnswers,
        images: @escaping () throws(CannotComplete) -> [String]
    ) throws(CannotComplete) -> CompletionReply {
        let line = CompletionLine(words, tree: .enclavia)
        var listed: [String]?
        let values = CompletionValues(line: line, now: now, ask: ask) { () throws(CannotComplete) in
            // The engine is asked once, however often its answer is searched.
            if let listed { return listed }
            let names = try images()
            listed = names
            return names
        }
        return try values.reply()
    }
}

/// Another program must answer: this one does not know the store's schema, or the engine's configuration.
package struct CannotComplete: Error, Hashable, Sendable {
    package init() {}
}
