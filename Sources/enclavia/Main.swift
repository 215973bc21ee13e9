import EnclaviaCommands
import Glibc

/// The program: completion on a short path of its own, everything else through the parser.
@main
struct Main {
    static func main() async {
        outliveBrokenPipes()
        let status = await Live.run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }
}

/// A handler, unlike an ignored signal, is reset in the programs that are started from here. It must
/// not be isolated to the main actor, as a closure in `main` is: it runs on whichever thread wrote.
private func outliveBrokenPipes() {
    signal(SIGPIPE) { _ in }
}
