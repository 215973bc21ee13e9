/// The one statement that answers a question: its columns are value, moment, detail, digest, outcome,
/// notify outcome, and its rows come newest first.
///
/// None reads many more than ``scan`` rows, however large the history is: without a prefix the newest
/// are walked in an index that holds all that is shown, with one its range of an index is sorted.
struct CompletionSQL {
    let text: String
    let arguments: [String]

    /// Values that are offered at most.
    static let limit = 200
    /// Rows that are looked at, at most, for them.
    static let scan = 2000
    /// Pushes that are looked at, at most, for distinct digests: those are in no index in this order.
    static let pushScan = 400

    init(_ text: String, _ arguments: [String] = []) {
        self.text = text
        self.arguments = arguments
    }

    init(_ question: CompletionQuestion) {
        switch question {
        case .repositories(let owner, let prefix): self = Self.repositories(owner, prefix)
        case .owners(let prefix): self = Self.owners(prefix)
        case .tagsOf(let owner, let repository, let prefix):
            self = Self.tags(owner, repository, prefix)
        case .tags(let prefix): self = Self.named(Self.references, prefix)
        case .digests(let prefix): self = Self.digests(prefix)
        case .pushes(let prefix): self = Self.pushes(prefix)
        case .labels(nil, let prefix): self = Self.labelKeys(prefix)
        case .labels(let key?, let prefix): self = Self.named(Self.labels, prefix, [key])
        case .localImages(let prefix): self = Self.named(Self.localImages, prefix)
        case .enclaves(let prefix): self = Self.named(Self.enclaves, prefix)
        }
    }

    /// From a prefix to the last text that has it, in the order of UTF-8's bytes.
    static func range(_ prefix: String) -> [String] {
        [prefix, prefix + "\u{10FFFF}"]
    }
}
