import EnclaviaBase
import EnclaviaCompletion

/// Answers a TAB without what the other commands need: it links neither the argument parser nor the network stack nor
/// Foundation, whose relocation and page faults would take most of the time.
///
/// Takes the words that follow `enclavia __complete`. If it says nothing, `enclavia __complete` is to be asked: it
/// belongs to another version, the store has a newer schema, or the engine's configuration must be read.
@c(enclavia_complete_main)
func main(
    _ count: CInt, _ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    StandardStreams.occupyClosed()
    if CompanionProgram.hasOwnVersion {
        Completion.answer(NativeEnvironment.words(vector).dropFirst(), sources: .fast)
    }
    return 0
}
