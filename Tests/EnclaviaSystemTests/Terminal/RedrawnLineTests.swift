import EnclaviaCore
import EnclaviaSystem
import Synchronization
import Testing

struct RedrawnLineTests {
    /// What a line writes for `draw`.
    private func written(every interval: Int64 = 0, _ draw: (inout RedrawnLine) -> Void) -> String {
        let screen = Screen()
        var line = RedrawnLine(every: interval) { text in screen.text.withLock { $0 += text } }
        draw(&line)
        return screen.text.withLock { $0 }
    }

    private final class Screen: Sendable {
        let text = Mutex("")
    }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test func `each text replaces the one before it`() {
        let text = written { line in
            line.show("a long one", at: at(0))
            line.show("short", at: at(0))
        }
        #expect(text == "\r\u{1B}[Ka long one\r\u{1B}[Kshort")
    }

    @Test func `a line that is empty is not erased`() {
        let text = written { line in
            line.erase()
            line.show("x", at: at(0))
            line.erase()
            line.erase()
        }
        #expect(text == "\r\u{1B}[Kx\r\u{1B}[K")
    }

    @Test func `a text stays for the interval, even if new ones come`() {
        let text = written(every: 100) { line in
            for moment in [0, 50, 99, 100, 150, 200] {
                line.show("<\(moment)>", at: at(Int64(moment)))
            }
        }
        #expect(text == "\r\u{1B}[K<0>\r\u{1B}[K<100>\r\u{1B}[K<200>")
    }

    @Test func `a text that is not drawn is not computed`() {
        var made = 0
        _ = written(every: 100) { line in
            for moment in [0, 1, 2] {
                line.show(
                    {
                        made += 1
                        return "x"
                    }(), at: at(Int64(moment)))
            }
        }
        #expect(made == 1)
    }

    @Test func `after an erased line the next text is drawn at once`() {
        let text = written(every: 100) { line in
            line.show("a", at: at(0))
            line.erase()
            line.show("b", at: at(1))
        }
        #expect(text == "\r\u{1B}[Ka\r\u{1B}[K\r\u{1B}[Kb")
    }

    @Test func `a clock that is set back does not delay the next text`() {
        let text = written(every: 100) { line in
            line.show("a", at: at(1_000_000))
            line.show("b", at: at(5))
            line.show("c", at: at(6))
        }
        #expect(text == "\r\u{1B}[Ka\r\u{1B}[Kb")
    }
}
