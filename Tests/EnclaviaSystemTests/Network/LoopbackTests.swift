import EnclaviaSystem
import Testing

struct LoopbackTests {
    @Test(arguments: [
        ("localhost", true), ("localhost:5000", true), ("127.0.0.1", true), ("127.8.9.10:1", true),
        ("[::1]:5000", true), ("[::1]", true), ("LocalHost:5000", true),
        ("registry.example", false), ("localhost.example", false), ("127.0.0.1.example", false),
        ("127.example.org.x", false), ("10.0.0.1:5000", false), ("", false), ("[::2]", false),
        ("[127.0.0.1]:5000", false), ("[::1]x", false), ("[::1", false),
    ])
    func `a registry is local only if its name cannot mean another machine`(
        registry: String, isLoopback: Bool
    ) {
        #expect(Loopback.contains(registry: registry) == isLoopback)
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST", true), ("127.1.2.3", true), ("::1", true),
        ("0:0:0:0:0:0:0:1", true), ("127.1", false), ("128.0.0.1", false), ("::2", false),
        ("", false), ("localhost.", false),
    ])
    func `a host is local only if its name cannot mean another machine`(
        host: String, isLoopback: Bool
    ) {
        #expect(Loopback.contains(host) == isLoopback)
    }
}
