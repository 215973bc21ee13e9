import EnclaviaCore
import EnclaviaStore
import Glibc

/// Answers the shells' completion scripts.
///
/// This runs at every TAB. It uses neither the argument parser nor the network stack nor the event log, starts
/// no thread, and prints nothing but its reply, even where it fails.
package enum Completion {
    /// The hidden subcommand, with Cobra's name.
    package static let verb = "__complete"

    /// Replies on standard output.
    ///
    /// - Parameter words: the words after the program's name, the last being the one to complete.
    package static func answer(_ words: some Sequence<String>) {
        let environment = CompletionEnvironment()
        let reply = reply(
            to: Array(words), at: environment.now,
            ask: { question in
                guard let path = environment.databasePath else { return [] }
                return CompletionTimeout.limited {
                    CompletionReader(path: path).answers(question)
                }
            },
            images: environment.images)
        reply.write()
    }

    /// The text of the reply. The history is queried by `ask`, the engine by `images`, each only when needed.
    package static func text(
        for words: [String], at now: Timestamp,
        ask: @escaping (CompletionQuestion) -> [CompletionAnswer],
        images: @escaping () -> [String]
    ) -> String {
        reply(to: words, at: now, ask: ask, images: images).text
    }

    private static func reply(
        to words: [String], at now: Timestamp,
        ask: @escaping (CompletionQuestion) -> [CompletionAnswer],
        images: @escaping () -> [String]
    ) -> CompletionReply {
        let line = CompletionLine(words, tree: .enclavia)
        return CompletionValues(line: line, now: now, ask: ask, images: images).reply()
    }
}

/// Limits the time that completion waits for a disk.
///
/// The reader has its own deadline, which takes effect only after SQLite returns from its system call. On a
/// network home whose server is down it never returns: then the timer's signal writes an empty reply, and ends
/// the program.
enum CompletionTimeout {
    /// More than the reader's own deadline, less than what a person notices.
    private static let microseconds = 90_000

    static func limited<Value>(_ body: () -> Value) -> Value {
        signal(SIGALRM) { _ in
            let nothing: StaticString = ":4\n"
            _ = write(STDOUT_FILENO, nothing.utf8Start, nothing.utf8CodeUnitCount)
            _exit(0)
        }
        set(microseconds)
        defer { set(0) }
        return body()
    }

    private static func set(_ microseconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_usec = microseconds
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }
}
