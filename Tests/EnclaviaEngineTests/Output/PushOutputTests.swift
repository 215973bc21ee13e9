import EnclaviaCore
import EnclaviaEngine
import Testing

/// What old and new engines print during a push.
struct PushOutputTests {
    static let a = String(repeating: "a", count: 64)
    static let b = String(repeating: "b", count: 64)

    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        let hex: String?

        init(_ name: String, _ hex: String?, _ lines: String...) {
            testDescription = name
            self.hex = hex
            self.lines = lines
        }
    }

    static let samples = [
        Sample("1.7", a, "The push refers to a repository [r/o/app]", "Digest: sha256:\(a)"),
        Sample("20.10", a, "5f70bf18a086: Pushed", "v1: digest: sha256:\(a) size: 528"),
        Sample(
            "29, an index cut down to one manifest", b, "v1: digest: sha256:\(b) size: 1024", "",
            "Info -> Not all multiplatform-content is present and only the available single-platform "
                + "image was pushed", "sha256:\(a) -> sha256:\(b)"),
        Sample("coloured", a, "\u{1B}[1mv1: digest: sha256:\(a) size: 528\u{1B}[0m"),
        Sample(
            "the last one counts", b, "v1: digest: sha256:\(a) size: 1",
            "v1: digest: sha256:\(b) size: 2"),
        Sample("another tag", nil, "v2: digest: sha256:\(a) size: 528"),
        Sample("the whole reference", a, "r/o/app:v1: digest: sha256:\(a) size: 528"),
        Sample("upper case", nil, "v1: digest: sha256:\(a.uppercased()) size: 528"),
        Sample("too short", nil, "v1: digest: sha256:\(a.dropLast()) size: 528"),
        Sample("another algorithm", nil, "v1: digest: sha512:\(a) size: 528"),
        Sample("no size", nil, "v1: digest: sha256:\(a)"),
        Sample("quoted in a message", nil, "error: v1: digest: sha256:\(a) size: 528 is wrong"),
        Sample("none", nil, "5f70bf18a086: Pushed"),
    ]

    @Test(arguments: samples)
    func `the digest is read`(_ sample: Sample) {
        var output = PushOutput(tag: "v1")
        for line in sample.lines { _ = output.read(line) }
        #expect(output.digest?.hex == sample.hex)
    }

    @Test func `layers are counted as they are done`() {
        var output = PushOutput(tag: "v1")
        let lines = [
            "The push refers to repository [127.0.0.1:5000/alice/app]",
            "5f70bf18a086: Preparing", "174f56854903: Preparing", "174f56854903: Waiting",
            "5f70bf18a086: Layer already exists", "174f56854903: Pushed",
            "174f56854903: Pushed", "v1: digest: sha256:\(Self.a) size: 528",
        ]
        let states = lines.flatMap { output.read($0) }.filter { piece in
            if case .layers = piece { true } else { false }
        }
        #expect(
            states == [
                .layers(done: 0, total: 1), .layers(done: 0, total: 2),
                .layers(done: 1, total: 2), .layers(done: 2, total: 2),
            ])
    }

    @Test func `every line except the digest's is passed on`() {
        var output = PushOutput(tag: "v1")
        let lines = [
            "The push refers to repository [r/o/app]", "5f70bf18a086: Pushed",
            "v1: digest: sha256:\(Self.a) size: 528", "Digest: sha256:\(Self.b)",
            "\u{1B}[1mv1: digest: sha256:\(Self.a) size: 528\u{1B}[0m",
            "v2: digest: sha256:\(Self.a) size: 528",
        ]
        let passed = lines.filter { line in output.read(line).contains(.line(line)) }
        #expect(passed == [lines[0], lines[1], lines[5]])
        #expect(output.tail.text.contains("v1: digest: "))
    }

    @Test func `the bytes in Docker's bars are added up`() {
        var output = PushOutput(tag: "v1")
        let bars = [
            "5f70bf18a086: Pushing [==>         ]     512B/1.5kB",
            "\u{1B}[1A\u{1B}[2K174f56854903: Pushing [=====>   ]  1.5MB/3MB",
            "5f70bf18a086: Pushing  2.048kB", "174f56854903: Pushed",
        ]
        let pieces = bars.flatMap { output.read($0) }.filter { $0 != .line(bars[3]) }
        #expect(
            pieces == [
                .layers(done: 0, total: 1), .bytes(sent: 512, total: 1_500),
                .layers(done: 0, total: 2), .bytes(sent: 1_500_512, total: 3_001_500),
                .bytes(sent: 1_502_048, total: 3_002_048), .layers(done: 1, total: 2),
            ])
        #expect(output.tail.text == bars[3], "the output has no progress bars")
    }

    @Test(arguments: [
        "x: Pushing", "x: Pushing ", "x: Pushing now", "x: Pushing 1/2/3", "x: Pushing [>] -1B/2B",
        "x: Pushing [>] 1e300MB/2MB", "x: Pushing [>] nanB/infB", "x: Pushing [>] MB/2MB",
    ])
    func `a line that is not a progress bar is passed on`(_ line: String) {
        var output = PushOutput(tag: "v1")
        #expect(output.read(line) == [.line(line)])
    }
}
