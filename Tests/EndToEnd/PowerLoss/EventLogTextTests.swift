import Testing

/// Event logs that a loss of power has damaged, and ones that it has not.
struct EventLogTextTests {
    private func line(_ sequence: Int?, _ id: String, source: String = "c") -> String {
        let number = sequence.map { ",\"sequence\":\"000\($0)\"" } ?? ""
        return "{\"id\":\"\(id)\",\"source\":\"\(source)\"\(number)}\n"
    }

    private func log(_ lines: String...) -> EventLogText {
        EventLogText(Array(lines.joined().utf8))
    }

    private func table(_ ids: String...) -> [EventLogText.Event] {
        ids.enumerated().map { .init(source: "c", sequence: $0.offset + 1, id: $0.element) }
    }

    private func kinds(_ log: EventLogText, _ table: [EventLogText.Event]) -> [String] {
        (log.problems + log.differences(from: table, shipped: log)).map(\.kind)
    }

    @Test func `whole lines are valid, even repeated, of another chain, or from the middle on`() {
        let table = table("a", "b", "c")
        #expect(kinds(log(line(1, "a"), line(2, "b"), line(3, "c")), table).isEmpty)
        #expect(kinds(log(line(2, "b"), line(3, "c"), line(2, "b"), line(3, "c")), table).isEmpty)
        #expect(kinds(log(line(1, "z", source: "d"), line(nil, "y")), table).isEmpty == false)
        #expect(
            kinds(log(line(1, "z", source: "d"), line(nil, "y"), line(3, "c")), table).isEmpty)
    }

    @Test func `half a line and NUL bytes are reported`() {
        let table = table("a", "b")
        #expect(
            kinds(log(line(1, "a"), line(2, "b"), "{\"id\":"), table)
                == ["the event log ends in half a line"])
        #expect(
            kinds(log(line(1, "a"), line(2, "b"), "\0\0"), table)
                == ["the event log ends in NUL bytes"])
        #expect(
            kinds(log(line(1, "a"), "\0\0\n", line(2, "b")), table)
                == ["the event log holds NUL bytes"])
        #expect(
            kinds(log(line(1, "a"), "{\"id\":", line(2, "b")), table)
                == [
                    "the event log holds a line that is not an event", "the event log lacks events",
                ])
    }

    @Test func `a gap, an unknown event and a number used twice are reported`() {
        #expect(
            kinds(log(line(1, "a"), line(3, "c")), table("a", "b", "c"))
                == ["the event log lacks events"])
        #expect(
            kinds(log(line(1, "a"), line(2, "b")), table("a"))
                == ["the event log has events that are not in the table"])
        #expect(
            kinds(log(line(1, "a"), line(2, "x"), line(2, "b")), table("a", "b"))
                == ["the event log and the table give one number to two events"])
    }

    @Test func `lines that a shipper read before the loss are checked too`() {
        let shipped = log(line(1, "a"), line(2, "x"))
        let now = log(line(1, "a"), line(2, "b"))
        #expect(
            now.differences(from: table("a", "b"), shipped: shipped).map(\.kind)
                == ["the event log and the table give one number to two events"])
    }
}
