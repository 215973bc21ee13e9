import EnclaviaCore
import Testing

struct BuildMetadataTests {
    private static let first = Digest(of: Array("first".utf8))
    private static let second = Digest(of: Array("second".utf8))

    private func read(_ text: String) throws(ExternalFault) -> [String] {
        try BuildMetadata.read(Array(text.utf8)).map { image in
            let digest = image.digest == Self.first ? "first" : "second"
            return "\(image.name?.text ?? "-") \(digest)"
        }
    }

    /// One target as buildx writes it (docs/reference/buildx_build.md), pushed under these names.
    static func target(
        _ digest: Digest, names: String? = nil, provenance: String = "{}"
    ) -> String {
        """
        {
          "buildx.build.provenance": \(provenance),
          "buildx.build.ref": "mybuilder/mybuilder0/0fjb6ubs52xx3vygf6fgdl611",
          "containerimage.config.digest": "sha256:2937f66a9722f7f4a2df583de2f8cb97fc9196059a410e7f00072fc918930e66",
          "containerimage.descriptor": {
            "annotations": {"org.opencontainers.image.created": "2022-02-08T21:28:03Z"},
            "digest": "\(digest)",
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "size": 506
          },
          "containerimage.digest": "\(digest)"\(names.map { ",\n  \"image.name\": \"\($0)\"" } ?? "")
        }
        """
    }

    @Test func `a build has an image for each name, or one without a name`() throws {
        #expect(try read(Self.target(Self.first)) == ["- first"])
        #expect(try read(Self.target(Self.first, names: "")) == ["- first"])
        let names = "r.example/alice/app:v1,r.example/alice/app:latest"
        #expect(
            try read(Self.target(Self.first, names: names)) == [
                "r.example/alice/app:v1 first", "r.example/alice/app:latest first",
            ])
        let crlf =
            "\u{FEFF}" + Self.target(Self.first).split(separator: "\n").joined(separator: "\r\n")
        #expect(try read(crlf) == ["- first"])
    }

    @Test func `a provenance of any content is skipped`() throws {
        let provenance =
            #"{"containerimage.digest": "x", "deep": [[[1.5e3, null, {"a": "\"}{"}]]]}"#
        #expect(try read(Self.target(Self.first, provenance: provenance)) == ["- first"])
    }

    @Test func `bake has an image for each name of each target`() throws {
        let text = """
            {"buildx.build.warnings": [{"vertex": "sha256:1"}],
             "webapp": \(Self.target(Self.second, names: "r.example/alice/web:v1,web:v2")),
             "db": \(Self.target(Self.first, names: "alice/db"))}
            """
        #expect(
            try read(text) == ["alice/db first", "r.example/alice/web:v1 second", "web:v2 second"])
        #expect(try read(#"{"only": \#(Self.target(Self.first))}"#) == ["- first"])
    }

    /// docker buildx imagetools create --metadata-file has a descriptor alone.
    @Test func `the digest of a descriptor stands for a missing one`() throws {
        let text =
            #"{"containerimage.descriptor": {"digest": "\#(Self.first)"}, "image.name": "app:v1"}"#
        #expect(try read(text) == ["app:v1 first"])
    }

    /// jib-plugins-common, ImageMetadataOutput.java.
    @Test func `jib's image has each of its tags`() throws {
        func jib(_ image: String, _ tags: String) -> String {
            """
            {"image":"\(image)","imageId":"\(Self.second)","imageDigest":"\(Self.first)",\
            "tags":\(tags),"imagePushed":true}
            """
        }
        #expect(
            try read(jib("r.example/alice/app:v1", #"["latest","v1"]"#)) == [
                "r.example/alice/app:latest first", "r.example/alice/app:v1 first",
            ])
        #expect(try read(jib("r.example/alice/app", "[]")) == ["r.example/alice/app first"])
        #expect(throws: ExternalFault(.key(["tags"]), .badName("a/b"))) {
            try read(jib("alice/app", #"["a/b"]"#))
        }
        #expect(throws: ExternalFault(.key(["imageDigest"]), .missing)) {
            try read(#"{"image":"alice/app","imageId":"\#(Self.second)","tags":["v1"]}"#)
        }
    }

    @Test(
        arguments: [
            ("", .whole, .empty), (" \n", .whole, .empty),
            ("{", .whole, .notJSON), ("digest", .whole, .notJSON),
            ("\(target(first))\n\(target(second))", .whole, .severalDocuments),
            ("\(target(first))x", .whole, .severalDocuments),
            ("[\(target(first))]", .whole, .notAnObject), ("\"\(first)\"", .whole, .notAnObject),
            ("null", .whole, .notAnObject),
            ("{}", .whole, .noImage),
            (#"{"buildx.build.ref": "a/b/c"}"#, .key(["containerimage.digest"]), .missing),
            (
                #"{"containerimage.config.digest": "\#(first)"}"#, .key(["containerimage.digest"]),
                .missing
            ),
            (
                #"{"containerimage.digest": 5}"#, .key(["containerimage.digest"]),
                .notOfType("a string")
            ),
            (
                #"{"containerimage.digest": "sha256:1"}"#, .key(["containerimage.digest"]),
                .badDigest("sha256:1")
            ),
            (
                #"{"containerimage.digest": "\#(first)", "image.name": "App"}"#,
                .key(["image.name"]),
                .badName("App")
            ),
            (
                #"{"containerimage.digest": "\#(first)", "image.name": "a:1,,b:1"}"#,
                .key(["image.name"]), .badName("")
            ),
            (
                #"{"containerimage.digest": "\#(first)", "containerimage.digest": "\#(second)"}"#,
                .key(["containerimage.digest"]), .repeatedKey
            ),
            (
                #"{"containerimage.digest": "\#(first)", "containerimage.descriptor": {"digest": "\#(second)"}}"#,
                .key(["containerimage.descriptor"]), .otherDigest(key: "containerimage.digest")
            ),
            (
                #"{"db": \#(target(first, names: "db:v1")), "test": {"buildx.build.ref": "a/b/c"}}"#,
                .key(["test", "containerimage.digest"]), .missing
            ),
            (
                #"{"db": \#(target(first, names: "db:v1")), "web": \#(target(second))}"#,
                .key(["web", "image.name"]), .missing
            ),
            (#"{"db": "\#(first)"}"#, .key(["db"]), .notOfType("an object")),
            (
                #"{"group": {"db": \#(target(first))}}"#, .key(["group", "containerimage.digest"]),
                .missing
            ),
        ] as [(String, ExternalPlace, ExternalFault.Reason)])
    func `what is not a tool's metadata is refused by its place`(
        _ text: String, _ place: ExternalPlace, _ reason: ExternalFault.Reason
    ) throws {
        #expect(throws: ExternalFault(place, reason)) { try read(text) }
    }

    @Test func `a text that is not UTF-8 is refused`() throws {
        let text = Array(Self.target(Self.first).utf8)
        let wide: [UInt8] = text.flatMap { byte -> [UInt8] in [byte, 0] }
        for bytes in [text + [0xFF], wide] {
            #expect(throws: ExternalFault(.whole, .notUTF8)) { try BuildMetadata.read(bytes) }
        }
    }
}
