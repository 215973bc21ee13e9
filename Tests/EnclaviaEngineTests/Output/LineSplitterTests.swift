import EnclaviaCore
import EnclaviaEngine
import Testing

/// Lines of a client's output, which may repeat what it was told in confidence.
struct LineSplitterTests {
    private static func scrubber(_ secret: String) -> SecretScrubber {
        let secrets = SecretScrubber()
        secrets.add(Secret(secret))
        return secrets
    }

    private static func lines(_ text: String, without secrets: SecretScrubber) -> [String] {
        var splitter = LineSplitter(without: secrets)
        let bytes = Array(text.utf8)
        var lines: [String] = []
        // A pipe hands over whatever has come.
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            lines += splitter.add(bytes[start..<min(start + 1000, bytes.count)])
        }
        if let last = splitter.finish() { lines.append(last) }
        return lines
    }

    @Test func `lines end at newlines and carriage returns, and show no secret`() {
        let secret = "password-0123456789"
        let lines = Self.lines(
            "one \(secret)\r\n\ntwo\rthree \(secret)", without: Self.scrubber(secret))
        #expect(lines == ["one •••", "two", "three •••"])
    }

    /// Wherever in a line that is too long a secret stands, it is not cut in two.
    @Test(arguments: [20, 9_000, 60_000], [0, 63_000, 65_530, 70_000, 73_000])
    func `a secret is not cut by the end of a piece`(length: Int, before: Int) {
        let secret = String((0..<length).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
        let start = String(repeating: "X", count: before)
        let lines = Self.lines("\(start)\(secret)Y", without: Self.scrubber(secret))
        #expect(lines.joined() == "\(start)•••Y")
    }

    @Test func `a client that repeats the password is quoted without it`() async throws {
        let secret = "password-0123456789"
        let client = try FakeClient(
            #"[ "$1" = login ] || exit 0; echo "wrong password: $(cat)" >&2; exit 1"#,
            secrets: Self.scrubber(secret))
        let session = try await client.engine.openSession(for: "registry.example")
        let error = await #expect(throws: EngineError.self) {
            try await session.login(handle: "alice", password: Secret(secret))
        }
        await session.close()
        #expect("\(try #require(error))".contains("wrong password: •••"))
    }
}
