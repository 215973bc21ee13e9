import EnclaviaCore
import EnclaviaEngine
import Testing

/// Small decisions about texts.
struct WordsTests {
    @Test(arguments: [
        ("localhost", true), ("localhost:5000", true), ("127.0.0.1", true), ("127.8.9.10:1", true),
        ("[::1]:5000", true), ("[::1]", true),
        ("registry.example", false), ("localhost.example", false), ("127.0.0.1.example", false),
        ("127.example.org.x", false), ("10.0.0.1:5000", false), ("", false), ("[::2]", false),
    ])
    func `only this machine is on loopback`(host: String, isLoopback: Bool) {
        #expect(RegistryHost.isLoopback(host) == isLoopback)
    }

    static let local = [
        "webserver:v1", "webserver:v2", "db:latest", "registry.example/team/webserver:v1",
        "<none>:<none>", "postgres:16",
    ]

    @Test(arguments: [
        ("webservr:v1", ["webserver:v1", "registry.example/team/webserver:v1", "webserver:v2"]),
        ("webserver", ["webserver:v1", "webserver:v2", "registry.example/team/webserver:v1"]),
        ("webserver:prod", ["webserver:v1", "webserver:v2", "registry.example/team/webserver:v1"]),
        ("registry.example/team/webserver:v2", ["registry.example/team/webserver:v1"]),
        ("postgres:15", ["postgres:16"]),
        ("da:latest", ["db:latest"]),
        ("xy:latest", []),
        ("entirely-different", []),
        ("x", []),
        ("", []),
    ])
    func `the nearest names are offered`(typed: String, names: [String]) {
        #expect(NearestNames.to(typed, among: Self.local) == names)
    }
}
