import EnclaviaCore
import Synchronization
import Testing

struct InOrderTests {
    /// Counts what runs at once, and lets all of them end together once `size` run.
    private actor Gate {
        private let size: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private(set) var most = 0

        init(_ size: Int) { self.size = size }

        func pass() async {
            await withCheckedContinuation { continuation in
                waiting.append(continuation)
                most = max(most, waiting.count)
                guard waiting.count == size else { return }
                waiting.forEach { $0.resume() }
                waiting = []
            }
        }
    }

    @Test func `as many run at once as the limit says, and results come in order`() async {
        let gate = Gate(4)
        var received: [Int] = []
        await inOrder(Array(0..<12), limit: { 4 }) { number in
            await gate.pass()
            return number * 10
        } receive: { number, value in
            #expect(value == number * 10)
            received.append(number)
        }
        #expect(received == Array(0..<12))
        #expect(await gate.most == 4)
    }

    @Test func `a result waits for those before it`() async {
        let (first, release) = AsyncStream<Void>.makeStream()
        var received: [Int] = []
        await inOrder([0, 1, 2], limit: { 3 }) { number in
            if number == 0 { for await _ in first { break } }
            if number == 2 { release.yield() }
            return number
        } receive: { number, _ in
            received.append(number)
        }
        #expect(received == [0, 1, 2])
    }

    @Test func `with a limit of 0 no more are started, and the rest has no result`() async {
        let started = Mutex<[Int]>([])
        var limit = 1
        var values: [Int?] = []
        await inOrder(Array(0..<5), limit: { limit }) { number in
            started.withLock { $0.append(number) }
            return number
        } receive: { number, value in
            values.append(value)
            if number == 1 { limit = 0 }
        }
        #expect(started.withLock { $0 } == [0, 1])
        #expect(values == [0, 1, nil, nil, nil])
        await inOrder([Int](), limit: { 0 }) {
            $0
        } receive: { _, _ in
            Issue.record("no item")
        }
    }
}
