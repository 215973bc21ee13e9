import EnclaviaCommands
import Glibc

/// The program: completion on a short path of its own, everything else through the parser.
///
/// `main` is not `async`, because a TAB would then wait for threads that it does not need.
@main
struct Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == Completion.verb {
            Completion.answer(arguments.dropFirst())
            return
        }
        outliveBrokenPipes()
        Task.detached {
            exit(await Live.run(Array(arguments)).rawValue)
        }
        while true { pause() }
    }
}

/// A handler, unlike an ignored signal, is reset in the programs that are started from here. It must
/// not be isolated to the main actor, as a closure in `main` is: it runs on whichever thread wrote.
private func outliveBrokenPipes() {
    signal(SIGPIPE) { _ in }
}
