import EnclaviaCore
import Testing

struct ImageReferenceLinesTests {
    private static let first = Digest(of: Array("first".utf8))
    private static let second = Digest(of: Array("second".utf8))

    private func read(_ text: String) throws(ExternalFault) -> [String] {
        try ImageReferenceLines.read(Array(text.utf8)).map { image in
            "\(image.place) \(image.name?.text ?? "-") \(image.digest == Self.first)"
        }
    }

    @Test(arguments: [
        // podman push --digestfile and skopeo copy --digestfile write no newline.
        ("\(first)", "-"),
        ("\(first)\n", "-"),
        // crane push and its --image-refs, ko build, kaniko --image-name-with-digest-file.
        ("r.example:5000/alice/app@\(first)", "r.example:5000/alice/app"),
        ("localhost/alice/app@\(first)", "localhost/alice/app"),
        // ko build --tags, kaniko --image-name-tag-with-digest-file.
        ("r.example/alice/app:v1.2@\(first)\n", "r.example/alice/app:v1.2"),
        ("alice/app:v1@\(first)", "alice/app:v1"), ("app@\(first)", "app"),
        ("app:v1 \(first)", "app:v1"),
        ("r.example/alice/app:v1\t\(first)", "r.example/alice/app:v1"),
        ("app \(first)", "app"),
        ("\u{FEFF}  app:v1@\(first)  \r\n", "app:v1"),
    ])
    func `a line of each tool is read`(_ line: String, _ name: String) throws {
        #expect(try read(line) == ["line(1) \(name) true"])
    }

    @Test func `lines are counted, and blank ones are skipped`() throws {
        let text = "\r\napp:v1@\(Self.first)\r\n\r\n \t\napp:v2@\(Self.second)\r\n\n"
        #expect(try read(text) == ["line(2) app:v1 true", "line(5) app:v2 false"])
    }

    @Test func `the bad line among a thousand is named`() throws {
        var lines = (1...1000).map { "app:v\($0)@\(Self.first)" }
        #expect(try read(lines.joined(separator: "\n")).count == 1000)
        lines[516] = "app:v517@sha256:517"
        #expect(throws: ExternalFault(.line(517), .badDigest("sha256:517"))) {
            try read(lines.joined(separator: "\r\n"))
        }
    }

    @Test(
        arguments: [
            ("v1: digest: \(first) size: 528", .badLine("v1: digest: \(first) size: 528")),
            ("app:v1", .badDigest("app:v1")),
            (
                "app@sha256:\(first.hex.uppercased())",
                .badDigest("sha256:\(first.hex.uppercased())")
            ),
            ("app@sha512:\(first.hex)\(first.hex)", .badDigest("sha512:\(first.hex)\(first.hex)")),
            ("app@\(first.hex)", .badDigest(first.hex)),
            ("App:v1@\(first)", .badName("App:v1")), ("@\(first)", .badName("")),
            ("app:@\(first)", .badName("app:")), ("app:v 1@\(first)", .badDigest("1@\(first)")),
            ("alice//app@\(first)", .badName("alice//app")),
            ("https://r.example/alice/app@\(first)", .badName("https://r.example/alice/app")),
            ("a@b@\(first)", .badName("a@b")),
            ("{", .jsonLine), (#"{"containerimage.digest": "\(first)"}"#, .jsonLine),
            ("[\(first)", .jsonLine), ("[::1]:5000/a/App@\(first)", .badName("[::1]:5000/a/App")),
        ] as [(String, ExternalFault.Reason)])
    func `a line that is no reference is refused`(
        _ line: String, _ reason: ExternalFault.Reason
    ) throws {
        #expect(throws: ExternalFault(.line(2), reason)) { try read("\n\(line)\n\(Self.second)") }
    }

    @Test func `a text without a line is refused, and one that is not UTF-8`() throws {
        for text in ["", "\n \r\n\t", "\u{FEFF}\n"] {
            #expect(throws: ExternalFault(.whole, .empty)) { try read(text) }
        }
        let bytes = Array("app:v1@\(Self.first)\n".utf8) + [0xFF, 0xFE]
        #expect(throws: ExternalFault(.line(2), .notUTF8)) { try ImageReferenceLines.read(bytes) }
    }
}
