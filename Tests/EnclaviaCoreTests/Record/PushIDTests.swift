import EnclaviaCore
import Testing

struct PushIDTests {
    @Test func `an id carries its millisecond, its version and its variant`() throws {
        let id = PushID(
            at: Timestamp(milliseconds: 0x0123_4567_89AB), random: (.max, .max))
        #expect(id.text == "01234567-89ab-7fff-bfff-ffffffffffff")
        #expect(PushID(id.text) == id)
    }

    @Test func `ids of later moments sort after earlier ones`() {
        let ids = (0..<100).map { step in
            PushID(
                at: Timestamp(milliseconds: 1_795_435_200_000 + Int64(step)),
                random: (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max)))
        }
        #expect(ids == ids.sorted())
    }

    @Test(arguments: [
        "", "01234567-89ab-4fff-bfff-ffffffffffff", "01234567-89ab-7fff-cfff-ffffffffffff",
        "01234567-89AB-7fff-bfff-ffffffffffff", "0123456789ab7fffbfffffffffffffff",
        "01234567-89ab-7fff-bfff-fffffffffff", "01234567-89ab-7fff-bfff-fffffffffffg",
        "0123456789ab-7fff-bfff-ffffffffffff--",
        "01234567089ab-7fff-bfff-ffffffffffff", "0123456--89ab-7fff-bfff-ffffffffffff",
    ])
    func `a text that is not a canonical version 7 UUID is refused`(_ text: String) {
        #expect(PushID(text) == nil)
    }
}
