import Foundation
import TestSupport
import Testing

/// What a push costs, in numbers that do not depend on the load of the machine.
@Suite struct PushCostTests {
    @Test func `a push starts the engine's client twice, and waits for the disk ten times at most`()
        async throws
    {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 71)
        let folder = try Folder()
        let first = try await sandbox.enclavia("push", "app:v1", "app:v1")
        try #require(first.status == 0, "\(first.err)")
        let run = try await sandbox.shell(
            """
            strace -f -o trace -e trace=execve,fsync,fdatasync,sync_file_range \
                enclavia push --quiet app:v1 app:v1
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        let calls = try String(contentsOfFile: "\(folder.path)/trace", encoding: .utf8)
            .split(separator: "\n").filter { !$0.contains("resumed>") }
        let started = calls.filter { $0.contains("execve(") && !$0.contains("ENOENT") }
        // Login and push; the image is inspected and tagged over the engine's socket.
        #expect(started.count == 3, "\(started.joined(separator: "\n"))")
        let syncs = calls.filter { $0.contains("sync") }
        #expect(syncs.count <= 10, "\(syncs.joined(separator: "\n"))")
    }
}
