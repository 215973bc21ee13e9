import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// Clients that outlive their push.
struct ClientProcessesTests {
    private static let id = PushID(at: Timestamp(milliseconds: 1), random: (3, 4))
    private static let other = PushID(at: Timestamp(milliseconds: 1), random: (3, 5))

    @Test func `a client is found by its push's id, with its children, until it ends`()
        async throws
    {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // The child of a client that has already ended.
        process.arguments = ["-c", "sleep 60 >/dev/null 2>&1 & echo $!"]
        process.environment = ["PATH": "/usr/bin:/bin", "ENCLAVIA_PUSH_ID": Self.id.text]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        let child = try #require(pid_t(line.dropLast()))
        let processes = ClientProcesses()
        #expect(processes.isRunning(Self.id) == true)
        #expect(processes.isRunning(Self.other) == false)
        kill(child, SIGKILL)
        let limit = ContinuousClock.now + .seconds(10)
        while processes.isRunning(Self.id) == true, ContinuousClock.now < limit {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(processes.isRunning(Self.id) == false)
    }

    @Test func `the session's clients carry the id`() async throws {
        let client = try FakeClient("echo $ENCLAVIA_PUSH_ID >$FILES/id")
        let session = try await client.engine.openSession(for: "registry.example", push: Self.id)
        _ = try await session.push("image", as: FakeClient.reference) { _ in }
        await session.close()
        #expect(try client.files.read("id") == Self.id.text + "\n")
    }

    @Test func `without processes in /proc it is unknown whether a client runs`() throws {
        let files = try TemporaryDirectory()
        #expect(ClientProcesses(root: files.root).isRunning(Self.id) == nil)
        #expect(ClientProcesses(root: "/nowhere").isRunning(Self.id) == nil)
    }

    @Test(arguments: [
        ("A=1\0ENCLAVIA_PUSH_ID=\(id.text)\0B=2\0", true), ("ENCLAVIA_PUSH_ID=\(id.text)\0", true),
        ("XENCLAVIA_PUSH_ID=\(id.text)\0", false), ("ENCLAVIA_PUSH_ID=\(id.text)0\0", false),
        ("A=ENCLAVIA_PUSH_ID=\(id.text)\0", false), ("", false),
    ])
    func `only the complete variable matches`(_ environment: String, _ isRunning: Bool) throws {
        let files = try TemporaryDirectory()
        try files.makeDirectory("12")
        try files.write(environment, to: "12/environ")
        #expect(ClientProcesses(root: files.root).isRunning(Self.id) == isRunning)
    }
}
