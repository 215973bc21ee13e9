import EnclaviaCore
import EnclaviaEngine
import Testing

/// What engines of all ages print during a push.
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
        let states = lines.compactMap { output.read($0) }
        #expect(
            states == [
                .layers(done: 0, total: 1), .layers(done: 0, total: 2),
                .layers(done: 1, total: 2), .layers(done: 2, total: 2),
            ])
    }
}
