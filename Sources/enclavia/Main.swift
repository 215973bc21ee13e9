import EnclaviaCommands
import EnclaviaCompletion
import EnclaviaCore
import Glibc

/// The entry of the program: completion and `status --short` bypass the parser, as does the credential helper,
/// which is this program under another name. Everything else goes through it.
///
/// The arguments are those of C's `main`. `CommandLine.arguments` reads `/proc/self/cmdline` and the
/// memory before the environment, and is empty where `/proc` is not mounted or a preloaded library has
/// set a variable: a push would print the help and exit with 0 (swiftlang/swift#76080).
///
/// The entry is not `async`, because a TAB would then wait for threads that it does not need.
/// SwiftPM gives `main` of an executable this name, so that tests can link it.
@c(enclavia_main)
func main(
    _ count: CInt, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    StandardStreams.occupyClosed()
    let words = NativeEnvironment.words(vector)
    // Linux 5.18 and newer pass one empty word for an empty vector.
    guard words != [], words != [""] else {
        let sentence = "error: the program was started with an empty argument vector\n"
        write(STDERR_FILENO, sentence, sentence.utf8.count)
        return ExitStatus.usage.rawValue
    }
    ProcessState.normalize()
    let arguments = words.dropFirst()
    let isHelper = words[0].split(separator: "/").last == CredentialHelper.program[...]
    if !isHelper, arguments.first == Completion.verb {
        Completion.answer(arguments.dropFirst(), sources: .configured)
        return 0
    }
    // What cannot be written is reported as for the other commands.
    if !isHelper, let status = ShortStatus(arguments)?.run() { return status }
    ProcessState.keepMemoryOutOfDumps()
    ProcessState.surviveBrokenPipes()
    Task.detached {
        let answer = isHelper ? Main.answer : Main.run
        exit(await answer(Array(arguments)).rawValue)
    }
    while true { pause() }
}
