import EnclaviaCore
import TestSupport
import Testing

/// The types of events in enclavia-events(5).
@Suite struct EventsPageTests {
    @Test func `the page lists every event type with its description`() throws {
        let page = try #require(ManualPage.named("enclavia-events.5"))
        let entries = page.entries(in: "Types")
        #expect(Set(entries.keys) == Set(EventType.allCases.map(\.tail)))
        for type in EventType.allCases {
            #expect(entries[type.tail] == type.meaning)
        }
    }
}
