import EnclaviaCore

/// What the summary tables take from a push.
struct SummaryEntry: Hashable, Sendable {
    let id: String
    let startedAt: String
    let reference: ImageReference?
    let localImage: ByteText
    let labels: [String: ByteText]
    let digest: String?
    let outcome: String
    let notifyOutcome: String?

    init(_ push: PushJSON) {
        id = push.id.text
        startedAt = push.startedAt.description
        if let registry = push.registry, let owner = push.owner, let repository = push.repository,
            let tag = push.tag
        {
            reference = ImageReference(
                registry: registry, owner: owner, repository: repository, tag: tag)
        } else {
            reference = nil
        }
        localImage = ByteText(push.localImage)
        labels = push.labels.mapValues(ByteText.init)
        digest = push.digest?.description
        outcome = push.outcome.rawValue
        notifyOutcome = push.notify.outcome?.rawValue
    }
}

/// A table with one row for each value that pushes have of something: how many pushes have it, and
/// the newest of them, by `(started_at, id)`.
struct SummaryTable: Sendable {
    let name: String
    let keys: [String]
    /// Whether a row shows its newest push's digest and outcomes too.
    let showsState: Bool
    /// The values that a push has, each as one text for each of ``keys``.
    let values: @Sendable (SummaryEntry) -> [[ByteText]]
    /// The pushes of a value, from `push`: what follows `FROM`, with one parameter for each of ``keys``.
    let source: String

    static let all = [references, repositories, localImages, labels]

    static let references = SummaryTable(
        name: "reference", keys: ["registry", "owner", "repository", "tag"], showsState: true,
        values: { entry in
            entry.reference.map {
                [[$0.registry, $0.owner, $0.repository, $0.tag].map(ByteText.init)]
            } ?? []
        },
        source: "push WHERE registry = ? AND owner = ? AND repository = ? AND tag = ?")

    static let repositories = SummaryTable(
        name: "repository", keys: ["owner", "repository"], showsState: true,
        values: { entry in
            entry.reference.map { [[$0.owner, $0.repository].map(ByteText.init)] } ?? []
        },
        source: "push WHERE owner = ? AND repository = ?")

    static let localImages = SummaryTable(
        name: "local_image", keys: ["name"], showsState: false,
        values: { [[$0.localImage]] },
        source: "push WHERE local_image = ?")

    static let labels = SummaryTable(
        name: "label", keys: ["key", "value"], showsState: false,
        values: { entry in entry.labels.map { [ByteText($0.key), $0.value] } },
        source: "push_label JOIN push USING (num) WHERE key = ? AND value = ?")

    /// The columns that tell of the newest push, as the table names them.
    var newestColumns: [String] {
        ["started_at", "push_id"] + (showsState ? ["digest", "outcome", "notify_outcome"] : [])
    }

    /// The same, as `push` names them.
    var newestSource: String {
        let state = showsState ? ", push.digest, push.outcome, push.notify_outcome" : ""
        return "push.started_at, push.id\(state)"
    }
}
