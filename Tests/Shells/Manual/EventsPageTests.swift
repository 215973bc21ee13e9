import EnclaviaCore
import TestSupport
import Testing

/// What enclavia-events(5) says of the types of events.
@Suite struct EventsPageTests {
    @Test func `the page has each type, with what it tells`() throws {
        let page = try #require(ManualPage.named("enclavia-events.5"))
        let entries = page.entries(in: "Types")
        #expect(Set(entries.keys) == Set(EventType.allCases.map(\.tail)))
        for type in EventType.allCases {
            #expect(entries[type.tail] == type.meaning)
        }
    }
}
