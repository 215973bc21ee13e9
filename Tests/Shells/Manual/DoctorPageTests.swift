import EnclaviaCommands
import TestSupport
import Testing

@Suite struct DoctorPageTests {
    @Test func `enclavia-doctor(1) has each check with its sentence, in order, and no others`()
        throws
    {
        let page = try #require(ManualPage.named("enclavia-doctor.1"))
        let list = DoctorCheck.all.map { ".It Li \($0.name)\n\($0.summary)\n" }.joined()
        #expect(
            page.text.contains(".Bl -tag -width Ds\n\(list).El\n"), "the list should be:\n\(list)")
    }
}
