import EnclaviaStore

/// Answers the shells' completion scripts.
///
/// This runs at every TAB: it touches neither the argument parser nor the network stack nor the event
/// log, starts no thread, and says nothing but its reply, whatever goes wrong.
package enum Completion {
    /// The hidden verb, as Cobra calls it.
    package static let verb = "__complete"

    /// Replies on standard output.
    ///
    /// - Parameter words: the words after the program's name, the last being the one to complete.
    package static func answer(_ words: some Sequence<String>) {
        let environment = CompletionEnvironment()
        let values = CompletionValues(
            line: CompletionLine(Array(words), tree: .enclavia), now: environment.now,
            ask: { question in
                guard let path = environment.databasePath else { return [] }
                return CompletionPatience.limited {
                    CompletionReader(path: path).answers(question)
                }
            },
            images: environment.images)
        values.reply().write()
    }
}
