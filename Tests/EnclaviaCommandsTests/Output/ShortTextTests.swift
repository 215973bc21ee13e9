import EnclaviaCommands
import EnclaviaCore
import Testing

/// How tables shorten texts.
struct ShortTextTests {
    private func length(_ texts: [String]) -> Int {
        var prefix = ShortPrefix()
        for text in texts { prefix.add(text.utf8) }
        return prefix.length()
    }

    @Test(arguments: [
        ([], 0), (["abcdef", "abcd00", "fff"], 5), (["abc", "abc"], 0), (["ab", "abc"], 3),
        (["0", "8"], 1), (["0123456789abcdef0", "0123456789abcdef1"], 0),
        (["0123456789abcdef", "0123456789abcdee"], 16), (["ab-cd", "abce"], 4),
        (["xyz", "xy0", "a"], 0),
    ])
    func `prefixes are as long as needed to be distinct, and at most 16 digits`(
        _ texts: [String], _ count: Int
    ) {
        #expect(length(texts) == count)
        #expect(length(texts.reversed()) == count)
    }

    @Test(arguments: [
        (Int64(0), "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (1_999, "1.9 kB"),
        (999_999, "999.9 kB"), (1_000_000, "1.0 MB"), (48_123_456, "48.1 MB"),
        (5_000_000_000, "5.0 GB"), (Int64.max, "9223372.0 TB"),
    ])
    func `byte counts have one decimal place`(_ bytes: Int64, _ text: String) {
        #expect(ByteCount.text(bytes) == text)
    }

    @Test func `ids, digests and commits in a table are long enough to be distinct`()
        async throws
    {
        func push(_ number: Int, _ digest: Character, _ commit: String) throws -> PushRecord {
            let hex = String(repeating: "0", count: 13) + String(repeating: digest, count: 51)
            let manifest = PushedManifest(
                digest: try #require(Digest("sha256:\(hex)")), tagChange: .created,
                pushedAt: Sample.moment("2026-11-23T11:00:00Z"))
            return Sample.push(number) {
                $0.state = .succeeded(manifest)
                $0.context.gitCommit = commit
            }
        }
        let pushes = [
            try push(0x10_0000_0000, "1", "0123456789a"),
            try push(0x20_0000_0000, "2", "01234567891"),
        ]
        let shown = await CommandLineRun(
            adapters: TestAdapters(givenHistory: try ListedHistory(pushes)),
            out: CommandLineRun.terminal(120))("history")
        #expect(shown.lines[1].contains("  00000000000001  told     0123456789a  alice  "))
        #expect(shown.lines[2].contains("  00000000000002  told     01234567891  alice  "))
        #expect(
            shown.lines[1].hasSuffix("  1000000000") && shown.lines[2].hasSuffix("  2000000000"))
    }

    @Test(arguments: [
        ("alice/myapp:v1", 20, "alice/myapp:v1"), ("alice/myapp:v1", 14, "alice/myapp:v1"),
        ("alice/myapp:v1", 11, "…e/myapp:v1"), ("alice/myapp:v1", 6, "…pp:v1"),
        ("alice/myapp:2026-11-23", 12, "ali…26-11-23"), ("app:123456789", 6, "a…6789"),
        ("no-tag-at-all", 8, "no-tag-…"), ("日本語:v1", 7, "…語:v1"), ("日本語:v1", 8, "…本語:v1"),
        ("a:b", 2, "…b"), ("a:b", 1, "…"),
    ])
    func `a name that is cut keeps its tag`(_ name: String, _ width: Int, _ cut: String) {
        #expect(CutText.name(name, to: width) == cut)
        #expect(TerminalText.width(CutText.name(name, to: width)) <= width)
    }

    @Test(arguments: [
        ("plain", 5, "plain"), ("plain", 4, "pla…"), ("plain", 1, "…"), ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
    func `a text is cut by its width in terminal cells`(_ text: String, _ width: Int, _ cut: String)
    {
        #expect(CutText.end(of: text, to: width) == cut)
    }

    @Test(arguments: [
        (PushStage.inspect, "image_not_found", "", "no local image \"mapp\""),
        (.authenticate, "not_logged_in", "", "not logged in"),
        (.authenticate, "unauthorized", "", "credentials refused"),
        (.inspect, "engine_unavailable", "", "engine unavailable"),
        (.push, "engine_unavailable", "", "engine failed"),
        (.push, "registry_unavailable", "", "registry unavailable"),
        (
            .verify, "registry_unavailable", "the registry r failed: HTTP 503: x",
            "registry: HTTP 503"
        ),
        (.authenticate, "backend_unavailable", "b failed: HTTP 50", "backend unavailable"),
        (.authenticate, "backend_unavailable", "b failed: HTTP 500", "backend: HTTP 500"),
        (.authenticate, "conflict", "", "refused by backend"),
        (.push, "refused", "", "refused by registry"), (.tag, "tag_exists", "", "tag exists"),
        (.tag, "tag_newer", "", "tag is newer"),
        (.tag, "order_unknown", "", "commit order unknown"),
        (.verify, "digest_mismatch", "", "digest mismatch"),
        (.verify, "image_mismatch", "", "another image pushed"),
        (.verify, "not_found", "", "not in registry"),
        (.push, "protocol", "", "invalid response"),
        (
            .tag, "usage", "the owner \"bob\" is not your handle: you are",
            "the owner \"bob\" is not your handle"
        ),
        (.tag, "newer_kind", "something new: and so on", "something new"),
        (.tag, "newer_kind", "something new", "something new"), (.tag, "newer_kind", "", ""),
    ])
    func `each kind of failure has a short phrase`(
        _ stage: PushStage, _ kind: String, _ message: String, _ phrase: String
    ) {
        let failure = PushFailure(stage: stage, kind: kind, message: message)
        #expect(failure.phrase(localImage: "mapp") == phrase)
    }

    @Test func `the phrase of each kind of failure fits its columns`() {
        for kind in ErrorKind.allCases {
            for stage in PushStage.allCases {
                let failure = PushFailure(stage: stage, kind: kind.rawValue, message: "HTTP 503")
                #expect(failure.phrase(localImage: "mapp").count <= 21, "\(kind)")
            }
        }
    }
}
