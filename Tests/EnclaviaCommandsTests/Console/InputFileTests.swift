import EnclaviaCommands
import Foundation
import SystemPackage
import Testing

struct InputFileTests {
    @Test func `a cancelled task does not wait for more of a pipe`() async throws {
        let (reader, writer) = try FileDescriptor.pipe()
        try writer.writeAll("the first line\n".utf8)
        let reading = Task { try InputFile.content(of: reader, limit: 100) }
        // It has read the line, and waits.
        while try reader.isReadable() { try await Task.sleep(for: .milliseconds(5)) }
        reading.cancel()
        // Without the cancellation, the end of the pipe would end the wait.
        let end = Task.detached {
            try? await Task.sleep(for: .seconds(20))
            try writer.close()
        }
        await #expect(throws: CancellationError.self) { _ = try await reading.value }
        end.cancel()
        try await end.value
        try reader.close()
    }

    @Test func `all of a pipe is read, up to the limit`() throws {
        for (limit, isCutOff) in [(14, false), (13, true)] {
            let (reader, writer) = try FileDescriptor.pipe()
            try writer.writeAll("the first line".utf8)
            try writer.close()
            let content = try InputFile.content(of: reader, limit: limit)
            try reader.close()
            #expect(content.text == "the first line".prefix(limit))
            #expect(content.isCutOff == isCutOff)
        }
    }
}

extension FileDescriptor {
    fileprivate func isReadable() throws -> Bool {
        var state = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) > 0
    }
}
