import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// Where a push stores its credentials, and how they are removed.
struct PrivateDirectoryTests {
    static func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `only the user can read the private directory`() async throws {
        let client = try FakeClient("exit 0")
        let session = try await client.engine.openSession(for: "registry.example")
        let runtime = client.files.path("runtime")
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: runtime).first)
        #expect(name.hasPrefix("enclavia-docker-"))
        #expect(Self.mode("\(runtime)/\(name)") == 0o700)
        #expect(Self.mode("\(runtime)/\(name)/config.json") == 0o600)
        await session.close()
        await session.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: runtime) == [])
    }

    @Test func `a forced exit removes private directories too`() async throws {
        let client = try FakeClient("exit 0")
        let first = try await client.engine.openSession(for: "registry.example")
        let second = try await client.engine.openSession(for: "registry.example")
        let runtime = client.files.path("runtime")
        #expect(try FileManager.default.contentsOfDirectory(atPath: runtime).count == 2)
        client.engine.removeSessionsNow()
        #expect(try FileManager.default.contentsOfDirectory(atPath: runtime) == [])
        await first.close()
        await second.close()
    }

    @Test func `without a runtime directory the private directory is in the state directory`()
        async throws
    {
        let files = try TemporaryDirectory()
        try files.makeDirectory("bin")
        try files.write("#!/bin/sh\n", to: "bin/docker", isProgram: true)
        for runtime in [nil, files.path("missing"), "relative", "/proc"] {
            let state = files.path("deep/state")
            let engine = DockerEngine(
                EngineSettings(
                    environment: ["PATH": files.path("bin")], home: nil,
                    runtimeDirectory: runtime, stateDirectory: state))
            let session = try await engine.openSession(for: "registry.example")
            #expect(try FileManager.default.contentsOfDirectory(atPath: state).count == 1)
            #expect(Self.mode(state) == 0o700)
            await session.close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: state) == [])
        }
    }

    @Test func `a sweep removes only the directories of dead processes`() async throws {
        let client = try FakeClient("exit 0")
        let session = try await client.engine.openSession(for: "registry.example")
        let runtime = client.files.path("runtime")
        let used = try #require(
            try FileManager.default.contentsOfDirectory(atPath: runtime).first)
        try client.files.makeDirectory("precious")
        try client.files.write("kept", to: "precious/file")
        try client.files.makeDirectory("runtime/enclavia-docker-dead/nested/deep")
        try client.files.write("{}", to: "runtime/enclavia-docker-dead/config.json")
        try client.files.makeDirectory("state/enclavia-docker-dead-too")
        try client.files.makeDirectory("runtime/another")
        for link in ["enclavia-docker-link", "enclavia-docker-dead/contexts"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(runtime)/\(link)", withDestinationPath: client.files.path("precious"))
        }

        #expect(client.engine.sweep() == 2)
        #expect(client.engine.sweep() == 0)
        #expect(try client.files.read("precious/file") == "kept")
        let left = try FileManager.default.contentsOfDirectory(atPath: runtime).sorted()
        #expect(left == ["another", used, "enclavia-docker-link"].sorted())
        await session.close()
    }

    @Test(arguments: ["mkfifo lock", "ln -s /none lock", ": >lock; chown 12345 lock || :"])
    func `a sweep removes a directory without a valid lock file`(_ command: String) async throws {
        let files = try TemporaryDirectory()
        let name = PrivateDirectory.prefix + "dead"
        try files.makeDirectory(name)
        try files.write("{}", to: "\(name)/config.json")
        try await Shell.run("cd '\(files.path(name))'; \(command)", environment: [:])
        #expect(PrivateDirectory.sweep(files.root) == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: files.root) == [])
    }

    @Test(.enabled(if: geteuid() == 0, "a file system can only be mounted by root"))
    func `if the lock cannot be created, the error has the reason and nothing is left`()
        async throws
    {
        let files = try TemporaryDirectory()
        // Two inodes: the root's and the directory's.
        let mount = "mount -t tmpfs -o nr_inodes=2 tmpfs '\(files.root)'"
        try await Shell.run(mount, environment: [:])
        let full = EngineError.noPrivateDirectory(
            path: files.root, reason: "No space left on device")
        #expect(throws: full) { try PrivateDirectory.make(inOneOf: [files.root]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: files.root) == [])
        try await Shell.run("umount '\(files.root)'", environment: [:])
    }

    @Test func `a sweep does not remove a directory that is being created`() async throws {
        let files = try TemporaryDirectory()
        let root = files.root
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<300 { _ = PrivateDirectory.sweep(root) }
                }
                group.addTask {
                    for _ in 0..<300 {
                        do {
                            let made = try PrivateDirectory.make(inOneOf: [root])
                            #expect(FileManager.default.fileExists(atPath: made.path))
                            made.removeNow()
                        } catch {
                            Issue.record(error)
                        }
                    }
                }
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == [])
    }
}
