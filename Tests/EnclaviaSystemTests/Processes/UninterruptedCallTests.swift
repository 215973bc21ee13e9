import EnclaviaSystem
import Foundation
import Testing

/// System calls that a signal may interrupt.
struct UninterruptedCallTests {
    /// A call that fails with each of those errors in turn, and then returns `last`; and how often it was made.
    private func made(_ errors: [Int32], then last: Int) -> (result: Int, count: Int) {
        var count = 0
        let result = uninterrupted {
            defer { count += 1 }
            guard count < errors.count else { return last }
            errno = errors[count]
            return -1
        }
        return (result, count)
    }

    @Test(arguments: [0, 1, 3])
    func `an interrupted call is made again`(_ times: Int) {
        let (result, count) = made(Array(repeating: EINTR, count: times), then: 7)
        #expect(result == 7)
        #expect(count == times + 1)
    }

    @Test(arguments: [EIO, EAGAIN, EBADF])
    func `any other error is returned`(_ error: Int32) {
        let (result, count) = made([EINTR, error], then: 7)
        #expect(result == -1)
        #expect(errno == error)
        #expect(count == 2)
    }

    @Test func `the end of a file is not an error, whatever errno is`() {
        errno = EINTR
        #expect(made([], then: 0) == (0, 1))
    }
}
