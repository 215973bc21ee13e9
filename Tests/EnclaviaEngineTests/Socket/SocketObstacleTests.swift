import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// Why an engine's socket cannot be connected to.
struct SocketObstacleTests {
    /// Files that are not an engine's socket, by name.
    private static let obstacles: [(name: String, obstacle: SocketObstacle)] = [
        ("nothing", .missing), ("link", .missing), ("file/socket", .missing),
        ("directory", .directory), ("file", .file), ("stale", .connectionRefused),
    ]

    private static func files() throws -> TemporaryDirectory {
        let files = try TemporaryDirectory()
        try files.makeDirectory("directory")
        try files.write("", to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: files.path("link"), withDestinationPath: files.path("nothing"))
        // As a killed engine leaves it.
        let server = try StubSocket { _ in }
        try FileManager.default.moveItem(atPath: server.path, toPath: files.path("stale"))
        return files
    }

    @Test func `the socket's file shows why connecting fails`() async throws {
        let files = try Self.files()
        for (name, obstacle) in Self.obstacles where name != "stale" {
            #expect(SocketObstacle(at: files.path(name)) == obstacle, "\(name)")
        }
        // Its server stops listening a moment after its last use.
        var last: SocketObstacle?
        for _ in 0..<500 where last != .connectionRefused {
            last = SocketObstacle(at: files.path("stale"))
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(last == .connectionRefused)
    }

    @Test func `a socket with a listener has no obstacle`() throws {
        let server = try StubSocket { _ in }
        // It listens as long as it is referenced.
        withExtendedLifetime(server) { #expect(SocketObstacle(at: server.path) == nil) }
    }

    @Test func `the group of a socket is named if joining it helps`() throws {
        let group = try #require(getgrgid(1))
        let name = String(cString: group.pointee.gr_name)
        guard case .group(name, _) = SocketAccess(mode: 0o140660, group: 1) else {
            Issue.record("\(SocketAccess(mode: 0o140660, group: 1))")
            return
        }
        #expect(SocketAccess(mode: 0o140660, group: 987_654) == .unnamedGroup(987_654))
        #expect(SocketAccess(mode: 0o140660, group: 0) == .owner)
        #expect(SocketAccess(mode: 0o140600, group: 1) == .owner)
    }

    @Test func `a user's own group has the user as a member`() {
        let access = SocketAccess(mode: 0o140660, group: getgid())
        if getgid() == 0 {
            #expect(access == .owner)
        } else if case .group(_, let isMember) = access {
            #expect(isMember)
        }
    }

    @Test(arguments: EngineLab.clients)
    func `a real client's error is explained by the socket's file`(client: String) async throws {
        let lab = try await EngineLab.shared
        let files = try Self.files()
        var machine = try Machine(lab, program: client)
        for (name, obstacle) in Self.obstacles where name != "stale" {
            let path = files.path(name)
            machine.environment["DOCKER_HOST"] = "unix://\(path)"
            let engine = machine.engine
            let error = await #expect(throws: EngineError.self) { try await engine.inspect("any") }
            guard case .problem(.socket(path, obstacle), _) = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
            let status = await engine.status()
            guard case .problem(.socket(path, obstacle), _) = await engine.diagnosis(of: status)
            else {
                Issue.record("\(name): \(String(describing: status))")
                continue
            }
        }
    }

    @Test(arguments: ["foo://x", "http://127.0.0.1:1", "ssh://"])
    func `an invalid address is reported as one`(host: String) async throws {
        let lab = try await EngineLab.shared
        for client in EngineLab.clients {
            var machine = try Machine(lab, program: client)
            machine.environment["DOCKER_HOST"] = host
            let engine = machine.engine
            let error = await #expect(throws: EngineError.self) { try await engine.inspect("any") }
            guard case .problem(.address, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }
}
