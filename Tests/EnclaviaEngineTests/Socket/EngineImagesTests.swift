import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// The images that completion offers.
struct EngineImagesTests {
    @Test func `the images of a real engine are listed`() async throws {
        let lab = try await EngineLab.shared
        try await lab.makeImage("offered:v1")
        try await Shell.run(
            "docker tag offered:v1 registry.example/team/offered:v2",
            environment: ["DOCKER_HOST": lab.host])
        let names = EngineImages.names(socketPath: lab.socketPath, limitMilliseconds: 5000)
        #expect(names.contains("offered:v1"))
        #expect(names.contains("registry.example/team/offered:v2"))
    }

    @Test(arguments: [
        (#"[]"#, [String]()),
        (
            #"[{"RepoTags":["a:1","b/c:2"]},{"RepoTags":null},{"RepoTags":["d:3"]}]"#,
            ["a:1", "b/c:2", "d:3"]
        ),
        (#"[{"RepoTags":["<none>:<none>"]}]"#, []),
        (#"[{"Labels":{"x":"\"RepoTags\":[\"evil:1\"]"},"RepoTags":["a:1"]}]"#, ["a:1"]),
        (#"[{"RepoTags":["a\u0000:1","b\n:1","\"","c d:1","$(x):1"]}]"#, []),
        (#"[{"RepoTags":["a:1""#, []),
        (#"[{"RepoTags":[]}]"#, []),
        ("", []),
    ])
    func `names are read out of the answer`(body: String, names: [String]) {
        #expect(EngineImages.names(in: Array(body.utf8)) == names)
    }

    @Test func `no names are returned if no engine answers`() throws {
        let files = try TemporaryDirectory()
        try files.write("", to: "file")
        for path in [
            files.path("missing"), files.path("file"), String(repeating: "x", count: 200), "",
        ] {
            #expect(EngineImages.names(socketPath: path) == [])
        }
    }

    static let body = #"[{"RepoTags":["a:1"]}]"#

    static let responses: [(String, [String])] = [
        ("HTTP/1.0 200 OK\r\n\r\n\(body)", ["a:1"]),
        ("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", ["a:1"]),
        ("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n\(body)", []),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n\(body)", ["a:1"]),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n16\r\n\(body)\r\n0\r\n\r\n", []),
        ("HTTP/1.0 500 No\r\n\r\n\(body)", []),
        ("HTTP/1.0 abc\r\n\r\n\(body)", []),
        ("SSH-2.0-OpenSSH\r\n", []),
        (body, []),
        ("", []),
    ]

    @Test(arguments: responses)
    func `an answer that is not HTTP gives no names`(response: String, names: [String]) throws {
        let server = try StubSocket { $0.send(response) }
        #expect(EngineImages.names(socketPath: server.path, limitMilliseconds: 3000) == names)
    }

    @Test func `a silent or slow engine costs no more than the time limit`() throws {
        let silent = try StubSocket { _ in sleep(2) }
        let slow = try StubSocket { client in
            for byte in "HTTP/1.0 200 OK\r\n\r\n\(Self.body)".utf8 {
                client.send(String(Unicode.Scalar(byte)))
                usleep(20_000)
            }
        }
        for server in [silent, slow] {
            let began = ContinuousClock.now
            #expect(EngineImages.names(socketPath: server.path, limitMilliseconds: 150) == [])
            let took = began.duration(to: .now)
            #expect(took >= .milliseconds(150))
            #expect(took < .milliseconds(1500))
        }
    }

    @Test func `reading an endless answer stops`() throws {
        let server = try StubSocket { client in
            client.send("HTTP/1.0 200 OK\r\n\r\n")
            let piece = String(repeating: #"{"RepoTags":["a:1"]},"#, count: 5000)
            while client.send(piece) {}
        }
        #expect(EngineImages.names(socketPath: server.path, limitMilliseconds: 20_000) == [])
    }

    @Test func `the socket is the one that the client would use`() throws {
        let files = try TemporaryDirectory()
        try files.makeDirectory("home/.docker/contexts/meta")
        func path(_ environment: [String: String]) -> String? {
            EngineImages.socketPath(environment: environment, home: files.path("home"))
        }
        #expect(path([:]) == "/var/run/docker.sock")
        #expect(path(["DOCKER_HOST": "unix:///run/other.sock"]) == "/run/other.sock")
        #expect(path(["DOCKER_HOST": "tcp://127.0.0.1:2375"]) == nil)
        #expect(path(["DOCKER_HOST": "unix://relative"]) == nil)
        #expect(path(["DOCKER_CONTEXT": "missing"]) == nil)
        #expect(path(["DOCKER_CONTEXT": "default"]) == "/var/run/docker.sock")

        let meta = "home/.docker/contexts/meta/\(Digest(of: "desktop".utf8).hex)"
        try files.makeDirectory(meta)
        try files.write(
            #"{"Name":"desktop","Endpoints":{"docker":{"Host":"unix:///run/desktop.sock"}}}"#,
            to: meta + "/meta.json")
        try files.write(#"{"currentContext":"desktop"}"#, to: "home/.docker/config.json")
        #expect(path([:]) == "/run/desktop.sock")
        #expect(path(["DOCKER_CONTEXT": "desktop"]) == "/run/desktop.sock")
        #expect(path(["DOCKER_CONTEXT": "default"]) == "/var/run/docker.sock")
        #expect(path(["DOCKER_HOST": "unix:///run/x", "DOCKER_CONTEXT": "desktop"]) == "/run/x")
        #expect(path(["DOCKER_CONFIG": files.path("none")]) == "/var/run/docker.sock")
        // The client warns of such a file, and continues without it.
        try files.write("{", to: "home/.docker/config.json")
        #expect(path([:]) == "/var/run/docker.sock")
    }
}
