import EnclaviaCore
import EnclaviaEngine
import Testing

/// The names that an error suggests.
struct NearestNamesTests {
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
