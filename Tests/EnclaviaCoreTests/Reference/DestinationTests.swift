import EnclaviaCore
import Testing

/// Valid and invalid destinations for every rule of the grammar.
struct DestinationTests {
    struct Good: Sendable {
        let text: String
        let owner: String?
        let repository: String
        let tag: String

        init(_ text: String, _ owner: String?, _ repository: String, _ tag: String) {
            self.text = text
            self.owner = owner
            self.repository = repository
            self.tag = tag
        }
    }

    static let good: [Good] = [
        Good("app", nil, "app", "latest"),
        Good("app:v1", nil, "app", "v1"),
        Good("a", nil, "a", "latest"),
        Good("0", nil, "0", "latest"),
        Good("alice/app", "alice", "app", "latest"),
        Good("alice/app:v1", "alice", "app", "v1"),
        Good("alice.dev/app", "alice.dev", "app", "latest"),
        Good("a-b", nil, "a-b", "latest"),
        Good("a--b", nil, "a--b", "latest"),
        Good("a------b", nil, "a------b", "latest"),
        Good("a_b", nil, "a_b", "latest"),
        Good("a__b", nil, "a__b", "latest"),
        Good("a.b", nil, "a.b", "latest"),
        Good("a.b_c__d-e", nil, "a.b_c__d-e", "latest"),
        Good("1app", nil, "1app", "latest"),
        Good("app:_", nil, "app", "_"),
        Good("app:_x", nil, "app", "_x"),
        Good("app:V1", nil, "app", "V1"),
        Good("app:1.2.3", nil, "app", "1.2.3"),
        Good("app:1.2.3-rc.1", nil, "app", "1.2.3-rc.1"),
        Good("app:a..b", nil, "app", "a..b"),
        Good("app:a--", nil, "app", "a--"),
        Good("app:a.", nil, "app", "a."),
        Good("app:latest", nil, "app", "latest"),
        Good(
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301:v1", nil,
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "v1"),
        Good(
            "app:" + String(repeating: "t", count: 128), nil, "app",
            String(repeating: "t", count: 128)),
        Good(String(repeating: "r", count: 128), nil, String(repeating: "r", count: 128), "latest"),
        Good("sha256", nil, "sha256", "latest"),
        Good("sha256:abc", nil, "sha256", "abc"),
        Good("localhost", nil, "localhost", "latest"),
        Good("localhost:5000", nil, "localhost", "5000"),
    ]

    @Test(arguments: good)
    func `a valid destination is split into owner, repository and tag`(_ example: Good) throws {
        let destination = try Destination(example.text)
        #expect(destination.text == example.text)
        #expect(destination.owner == example.owner)
        #expect(destination.repository == example.repository)
        #expect(destination.tag == example.tag)
    }

    static let bad: [(String, DestinationError)] = [
        ("", .empty(.repository)),
        (":v1", .empty(.repository)),
        ("app:", .empty(.tag)),
        ("/app", .empty(.owner)),
        ("alice/", .empty(.repository)),
        ("alice/:v1", .empty(.repository)),
        ("/", .empty(.owner)),
        ("alice/app:", .empty(.tag)),
        (" app", .whiteSpace(" app")),
        ("app ", .whiteSpace("app ")),
        ("my app", .whiteSpace("my app")),
        ("app\t", .whiteSpace("app\t")),
        ("app\n", .whiteSpace("app\n")),
        ("app\u{A0}x", .whiteSpace("app\u{A0}x")),
        ("app\u{7}", .controlCharacter("app\u{7}")),
        ("app\u{1B}[31m", .controlCharacter("app\u{1B}[31m")),
        ("app\u{0}", .controlCharacter("app\u{0}")),
        ("app\u{7F}", .controlCharacter("app\u{7F}")),
        ("app\u{9B}m", .controlCharacter("app\u{9B}m")),
        ("app@sha256:abc", .digest("sha256:abc")),
        ("alice/app:v1@sha256:abc", .digest("sha256:abc")),
        ("app@", .digest("")),
        ("localhost/app", .registryHost("localhost")),
        ("localhost:5000/app", .registryHost("localhost:5000")),
        ("registry.example.com/alice/app", .registryHost("registry.example.com")),
        ("registry.example.com:443/alice/app:v1", .registryHost("registry.example.com:443")),
        ("[::1]:5000/app", .registryHost("[::1]:5000")),
        ("a/b/c", .tooManyParts("a/b/c")),
        ("a//b", .tooManyParts("a//b")),
        ("a/b/c/d:v1", .tooManyParts("a/b/c/d:v1")),
        ("App", .upperCase(.repository, "App")),
        ("Alice/app", .upperCase(.owner, "Alice")),
        ("alice/aPp:v1", .upperCase(.repository, "aPp")),
        ("-app", .badComponent(.repository, "-app")),
        ("app-", .badComponent(.repository, "app-")),
        (".app", .badComponent(.repository, ".app")),
        ("app.", .badComponent(.repository, "app.")),
        ("_app", .badComponent(.repository, "_app")),
        ("a..b", .badComponent(.repository, "a..b")),
        ("a___b", .badComponent(.repository, "a___b")),
        ("a.-b", .badComponent(.repository, "a.-b")),
        ("a_-b", .badComponent(.repository, "a_-b")),
        ("app!", .badComponent(.repository, "app!")),
        ("app+x", .badComponent(.repository, "app+x")),
        ("äpp", .badComponent(.repository, "äpp")),
        ("al~ice/app", .badComponent(.owner, "al~ice")),
        ("a\u{202E}b", .badComponent(.repository, "a\u{202E}b")),
        ("app:-v1", .badTag("-v1")),
        ("app:.v1", .badTag(".v1")),
        ("app:v1:v2", .badTag("v1:v2")),
        ("app:v+1", .badTag("v+1")),
        ("app:ü", .badTag("ü")),
        ("https://x", .registryHost("https:")),
        (
            "app:" + String(repeating: "t", count: 129),
            .tagTooLong(String(repeating: "t", count: 129))
        ),
        (
            String(repeating: "r", count: 129),
            .componentTooLong(.repository, String(repeating: "r", count: 129))
        ),
        (
            String(repeating: "o", count: 129) + "/app",
            .componentTooLong(.owner, String(repeating: "o", count: 129))
        ),
    ]

    @Test(arguments: bad)
    func `a destination that breaks a rule is refused by that rule`(
        _ text: String, _ rule: DestinationError
    ) {
        #expect(throws: rule) { try Destination(text) }
    }

    @Test func `a destination without an owner takes the handle`() throws {
        let reference = try Destination("app:v1")
            .reference(registry: "registry.example.com:5000", handle: "alice")
        #expect(reference.description == "registry.example.com:5000/alice/app:v1")
        #expect(reference.path == "alice/app")
    }

    @Test func `another owner than the handle is refused`() throws {
        let destination = try Destination("bob/app")
        #expect(throws: DestinationError.notYours(owner: "bob", handle: "alice")) {
            try destination.reference(registry: "registry.example.com", handle: "alice")
        }
    }

    @Test func `a name of 255 bytes is taken and one of 256 refused`() throws {
        let owner = String(repeating: "o", count: 110)
        let repository = String(repeating: "r", count: 120)
        let destination = try Destination(repository)
        let fits = String(repeating: "h", count: 255 - 110 - 120 - 2)
        #expect(
            try destination.reference(registry: fits, handle: owner).name.utf8.count == 255)
        #expect(throws: DestinationError.nameTooLong("\(fits)h/\(owner)/\(repository)")) {
            try destination.reference(registry: fits + "h", handle: owner)
        }
    }
}
