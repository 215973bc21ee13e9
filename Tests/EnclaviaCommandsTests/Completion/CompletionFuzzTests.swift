import EnclaviaCommands
import EnclaviaCompletion
import EnclaviaCore
import TestSupport
import Testing

/// Random words on the command line, and random answers of a history and an engine.
struct CompletionFuzzTests {
    private static let pieces = [
        "push", "history", "list", "show", "at", "enclave", "stop", "notify", "events", "--", "-",
        "--label", "--repository", "--tag", "--digest", "--json", "--since", "--digest-file", "=",
        "app", "my", "alice", "/", ":", "sha256:", "abc", "%", "_", "*", "'", "$(id)", "`", " ",
        "\u{1B}[2J", "\u{202E}", "\n", "\t", "é", "🐳", String(repeating: "x", count: 300),
    ]

    private static let texts = [
        "app", "myapp", "v1", "alice", "sha256:", String(repeating: "a", count: 64), "env",
        "\u{1B}]0;x\u{7}", "\u{202E}", "\n", "\t", "$(id)", " ", "", "é", "🐳",
        String(repeating: "y", count: 300),
    ]

    @Test func `any words get a directive and candidates that are safe to print`() async throws {
        let corpus = try Fuzz.corpus("completion-words.txt")
        let store = try RealStore()
        try await store.take((0..<20).map { Sample.push($0, tag: "v\($0)") })
        let reader = CompletionReader(path: "\(store.folder.path)/state/history.db")
        let now = Sample.moment("2026-11-23T12:00:00Z")
        var generator = SeededRandom(seed: 10)
        var filled = 0
        for round in 0..<Fuzz.rounds {
            let words = Self.words(corpus, &generator)
            var answers = generator
            let text = Completion.text(
                for: words, at: now,
                // The real store takes a hundred times as long as random answers.
                ask: {
                    round % 100 == 0 ? (try? reader.answers($0)) ?? [] : Self.answers(&answers)
                },
                images: { [Self.texts.joined(), "myapp:v1"] })
            if text.utf8.contains(UInt8(ascii: "\n")) { filled += text.hasPrefix(":") ? 0 : 1 }
            if let fault = Self.fault(in: text) {
                Issue.record("\(fault): \(words) \(text.debugDescription)")
            }
            _ = generator.next()
        }
        #expect((Fuzz.rounds / 100..<Fuzz.rounds).contains(filled), "\(filled)")
    }

    /// Words as in `argv`: without NUL.
    private static func words(_ corpus: [[UInt8]], _ generator: inout SeededRandom) -> [String] {
        let isBroken = generator.roll(2) == 0
        let bytes = isBroken ? Mutation.broken(generator.pick(corpus), &generator) : []
        let text = String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard !isBroken else { return words }
        return (0..<generator.roll(6)).map { _ in generator.text(of: pieces, atMost: 3) }
    }

    private static func answers(_ generator: inout SeededRandom) -> CompletionAnswers {
        // Now and then more than the limit.
        let count = generator.roll(200) == 0 ? 300 : generator.roll(4)
        let values = (0..<count).map { number in
            CompletionAnswer(
                value: generator.text(of: texts, atMost: 3) + "\(number)",
                moment: generator.pick([
                    nil, "2026-11-20T12:00:00.000Z", generator.text(of: texts),
                ]),
                detail: generator.text(of: texts), digest: generator.text(of: texts),
                outcome: generator.pick([nil, "succeeded", generator.text(of: texts)]),
                notifyOutcome: generator.pick([nil, "delivered", generator.text(of: texts)]))
        }
        return CompletionAnswers(
            Array(values.dropLast(generator.roll(3))), ends: values.suffix(generator.roll(3)),
            isCut: generator.roll(4) == 0)
    }

    /// What is wrong with a reply.
    private static func fault(in text: String) -> String? {
        guard text.utf8.last == UInt8(ascii: "\n") else { return "no newline at the end" }
        let lines = text.utf8.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map(String.init)
        guard let last = lines.last??.dropFirst(), lines.last??.first == ":",
            let directive = Int(last), directive & ~(2 | 4 | 32) == 0
        else { return "no directive" }
        guard lines.count <= 208 else { return "\(lines.count - 1) candidates" }
        for case let line? in lines.dropLast() {
            guard
                let value = line.utf8.split(
                    separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false
                ).first, !value.isEmpty
            else { return "an empty candidate" }
            let unsafe = line.unicodeScalars.filter(TerminalText.isUnsafe)
            guard unsafe.allSatisfy({ $0 == "\t" }), unsafe.count <= 1 else {
                return "a candidate with control characters"
            }
        }
        return nil
    }
}
