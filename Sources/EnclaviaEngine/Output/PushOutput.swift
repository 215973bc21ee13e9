import EnclaviaCore
import EnclaviaSystem
import Synchronization

/// Parses what an engine prints during a push, line by line: the layers that are done, and the digest.
///
/// The format is not specified. Docker prints `tag: digest: sha256:… size: N` since 1.8, and printed
/// `Digest: sha256:…` before. Misread output does no harm: the digest is only a claim, which the registry
/// must confirm.
package struct PushOutput: Sendable {
    private let tag: String
    private var layers = LayerProgress()
    /// The last digest that the engine printed.
    package private(set) var digest: Digest?
    /// The end of everything that was printed.
    package private(set) var tail = OutputTail()

    /// The most layers that are counted; no image has as many.
    package static let layerLimit = LayerProgress.limit

    package init(tag: String) {
        self.tag = tag
    }

    /// Reads a line.
    ///
    /// - Returns: the output to pass on: the line, unless it is the digest, which is the push's result, or a
    ///   progress bar; and the state of the layers, where the line changed it.
    package mutating func read(_ line: String) -> [EngineOutput] {
        let plain = EscapeSequences.removed(from: line)
        if let bar = ProgressBarLine(plain) {
            let isNew = layers.set(bar.layer, isDone: false)
            return [isNew, layers.set(bar.layer, sent: bar.sent, of: bar.total)].compactMap { $0 }
        }
        tail.add(line)
        if let claimed = claimedDigest(plain) {
            digest = claimed
            return []
        }
        return [.line(line), readLayer(plain)].compactMap { $0 }
    }

    private func claimedDigest(_ line: String) -> Digest? {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let label = words.firstIndex(where: { $0.lowercased() == "digest:" }),
            label + 1 < words.endIndex
        else { return nil }
        let isBare = label == 0 && words.count == 2
        let isSummary =
            label == 1 && words.count == 5 && words[3] == "size:" && Int(words[4]) != nil
            && namesTag(words[0])
        return isBare || isSummary ? Digest(words[label + 1]) : nil
    }

    /// Whether `word` is the tag and a colon, with or without the repository before it.
    private func namesTag(_ word: Substring) -> Bool {
        word == tag + ":" || word.hasSuffix(":" + tag + ":")
    }

    private mutating func readLayer(_ line: String) -> EngineOutput? {
        guard let (layer, isDone) = dockerLayer(line) ?? podmanLayer(line) else { return nil }
        return layers.set(layer, isDone: isDone)
    }

    /// `5f70bf18a086: Pushed`.
    private func dockerLayer(_ line: String) -> (Substring, Bool)? {
        guard let colon = line.firstRange(of: ": ") else { return nil }
        let layer = line[..<colon.lowerBound]
        let isHex = layer.utf8.allSatisfy {
            (48...57).contains($0) || (97...102).contains($0)
        }
        guard isHex, (12...64).contains(layer.utf8.count) else { return nil }
        let status = line[colon.upperBound...]
        if Self.underWay.contains(where: status.hasPrefix) { return (layer, false) }
        if Self.done.contains(where: status.hasPrefix) { return (layer, true) }
        return nil
    }

    private static let underWay = ["Preparing", "Waiting", "Pushing", "Retrying"]
    private static let done = ["Pushed", "Layer already exists", "Mounted from"]

    /// `Copying blob sha256:…`, and with `skipped: already exists` or `done` at its end.
    private func podmanLayer(_ line: String) -> (Substring, Bool)? {
        let words = line.split(separator: " ")
        guard words.count >= 3, words[0] == "Copying", words[1] == "blob" else { return nil }
        let isDone = words.last == "done" || words.last == "exists"
        return (words[2].prefix(71), isDone)
    }
}

/// ``PushOutput``, fed from the task that reads the client's pipe.
final class PushReading: Sendable {
    private let state: Mutex<PushOutput>

    init(tag: String) {
        state = Mutex(PushOutput(tag: tag))
    }

    func read(_ line: String) -> [EngineOutput] {
        state.withLock { $0.read(line) }
    }

    /// The digest that the engine printed, and the end of its output.
    var result: (Digest?, tail: String) {
        state.withLock { ($0.digest, $0.tail.text) }
    }
}
