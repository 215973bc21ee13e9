import EnclaviaBase
import EnclaviaCompletion
import Glibc

/// Answers a TAB, or prints the line of `status --short`, without what the other commands need: it links neither the
/// argument parser nor the network stack nor Foundation, whose relocation and page faults would take most of the time.
///
/// Takes the words that follow `enclavia __complete`. If it says nothing, `enclavia __complete` is to be asked: it
/// belongs to another version, the store has a newer schema, or the engine's configuration must be read.
///
/// After ``ShortStatus/companionVerb``, takes the options that follow `enclavia status --short`. An exit status that
/// this command has not documented means that `enclavia` is to be asked.
@c(enclavia_complete_main)
func main(
    _ count: CInt, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    StandardStreams.occupyClosed()
    let words = NativeEnvironment.words(vector).dropFirst()
    if words.first == ShortStatus.companionVerb {
        guard CompanionProgram.hasOwnVersion,
            let status = ShortStatus(["status", "--short"] + words.dropFirst())?.run()
        else { return EX_UNAVAILABLE }
        return status
    }
    if CompanionProgram.hasOwnVersion { Completion.answer(words, sources: .fast) }
    return 0
}
