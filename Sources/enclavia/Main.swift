import EnclaviaCommands
import Glibc

/// The program: completion on a short path of its own, everything else through the parser.
@main
struct Main {
    static func main() async {
        // A handler, unlike an ignored signal, is reset in the programs that are started from here.
        signal(SIGPIPE) { _ in }
        let status = await Live.run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }
}
