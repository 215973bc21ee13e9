import EnclaviaCore
import EnclaviaEngine
import Foundation
import Synchronization
import TestSupport
import Testing

/// The directories in which a push may store its credentials.
struct CredentialParentTests {
    /// A machine with both directories, and the credentials that its engine could not remove.
    final class Machine: Sendable {
        let files: TemporaryDirectory
        let orphanedCredentials = Mutex<[String]>([])

        init() throws {
            files = try TemporaryDirectory()
            for name in ["bin", "runtime", "state"] { try files.makeDirectory(name) }
            for name in ["runtime", "state"] { chmod(files.path(name), 0o700) }
            try files.write("#!/bin/sh\n", to: "bin/docker", isProgram: true)
        }

        func engine(runtime: String? = nil, state: String? = nil) -> DockerEngine {
            DockerEngine(
                EngineSettings(
                    environment: ["PATH": files.path("bin")], home: nil,
                    runtimeDirectory: runtime ?? files.path("runtime"),
                    stateDirectory: state ?? files.path("state"))
            ) { [self] path in orphanedCredentials.withLock { $0.append(path) } }
        }

        func names(_ name: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: files.path(name))
        }

        /// Which of the two directories has a session's credentials.
        func place() async throws -> String {
            let session = try await engine().openSession(for: "registry.example")
            let isInRuntime = try !names("runtime").isEmpty
            let isInState = try !names("state").isEmpty
            await session.close()
            #expect(isInRuntime != isInState)
            return isInRuntime ? "runtime" : "state"
        }
    }

    @Test(arguments: [
        (0o700, 0o700, "runtime"), (0o755, 0o700, "runtime"), (0o777, 0o700, "state"),
        (0o770, 0o755, "state"), (0o1777, 0o700, "runtime"), (0o700, 0o777, "runtime"),
        (0o777, 0o1777, "state"),
    ])
    func `a directory that others can write to gets no credentials`(
        _ runtime: Int, _ state: Int, _ place: String
    ) async throws {
        let machine = try Machine()
        chmod(machine.files.path("runtime"), mode_t(runtime))
        chmod(machine.files.path("state"), mode_t(state))
        #expect(try await machine.place() == place)
    }

    @Test(arguments: [0o777, 0o770, 0o720])
    func `if others can write to both directories, the error names the chmod to run`(_ mode: Int)
        async throws
    {
        let machine = try Machine()
        for name in ["runtime", "state"] { chmod(machine.files.path(name), mode_t(mode)) }
        let state = machine.files.path("state")
        await #expect(
            throws: EngineError.configuration(
                path: state, reason: "can be written by other users: run `chmod 700 \(state)`")
        ) { _ = try await machine.engine().openSession(for: "registry.example") }
        #expect(try machine.names("runtime") == [])
        #expect(try machine.names("state") == [])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func `another user's runtime directory gets no credentials`() async throws {
        let machine = try Machine()
        chown(machine.files.path("runtime"), 12_345, 12_345)
        #expect(try await machine.place() == "state")
        chown(machine.files.path("state"), 12_345, 12_345)
        let state = machine.files.path("state")
        await #expect(
            throws: EngineError.configuration(
                path: state, reason: "belongs to another user: run `sudo chown 0 \(state)`")
        ) { _ = try await machine.engine().openSession(for: "registry.example") }
    }

    @Test(
        .enabled(if: geteuid() == 0, "a file system can only be mounted by root"),
        arguments: ["size=64k,mode=700", "nr_inodes=3,mode=700"])
    func `a full runtime directory is skipped`(_ options: String) async throws {
        let machine = try Machine()
        let runtime = machine.files.path("runtime")
        try await Shell.run("mount -t tmpfs -o \(options) tmpfs '\(runtime)'")
        let filled = await Result.catching {
            try await Shell.run("head -c 60000 /dev/zero >'\(runtime)/filled' || :")
            let session = try await machine.engine().openSession(for: "registry.example")
            #expect(try machine.names("runtime") == ["filled"])
            #expect(try machine.names("state").count == 1)
            await session.close()
        }
        try await Shell.run("umount '\(runtime)'")
        try filled.get()
        #expect(try machine.names("state") == [])
    }

    @Test func `the error names a file or a path that cannot be created if no directory works`()
        async throws
    {
        let machine = try Machine()
        try machine.files.write("", to: "file")
        let file = machine.files.path("file")
        await #expect(
            throws: EngineError.noPrivateDirectory(
                path: "/proc/none", reason: "No such file or directory")
        ) {
            _ = try await machine.engine(runtime: file, state: "/proc/none/state")
                .openSession(for: "registry.example")
        }
        await #expect(
            throws: EngineError.noPrivateDirectory(path: "\(file)/state", reason: "Not a directory")
        ) {
            _ = try await machine.engine(runtime: file, state: "\(file)/state")
                .openSession(for: "registry.example")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "a file system can only be mounted by root"))
    func `credentials that cannot be removed are reported, at the end and by each sweep`()
        async throws
    {
        let machine = try Machine()
        let session = try await machine.engine().openSession(for: "registry.example")
        let name = try #require(try machine.names("runtime").first)
        let directory = machine.files.path("runtime/\(name)")
        // A directory with a mount point in it cannot be removed.
        try machine.files.makeDirectory("runtime/\(name)/mounted")
        try await Shell.run("mount -t tmpfs tmpfs '\(directory)/mounted'")
        await session.close()
        #expect(machine.orphanedCredentials.withLock { $0 } == [directory])
        #expect(machine.engine().sweep() == 0)
        #expect(machine.orphanedCredentials.withLock { $0 } == [directory, directory])
        try await Shell.run("umount '\(directory)/mounted'")
        #expect(machine.engine().sweep() == 1)
        #expect(machine.orphanedCredentials.withLock { $0 }.count == 2)
    }
}
