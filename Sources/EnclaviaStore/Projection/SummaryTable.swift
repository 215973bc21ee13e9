import EnclaviaCore

/// What the summary tables and `push_label` take from a push.
struct SummaryEntry: Hashable, Sendable {
    let id: String
    let startedAt: String
    let reference: ImageReference?
    let localImage: ByteText
    let labels: [String: ByteText]
    let digest: String?
    let outcome: String
    let notifyOutcome: String?

    init(_ push: PushRecord) {
        id = push.id.text
        startedAt = push.startedAt.description
        reference = push.reference
        localImage = ByteText(push.localImage)
        labels = push.labels.mapValues(ByteText.init)
        digest = push.state.manifest?.digest.description
        outcome = push.state.outcome.rawValue
        notifyOutcome = push.notify.outcome?.rawValue
    }
}

/// A table with one row for each distinct value of some columns of the pushes: how many pushes have the value, and
/// the newest of them, by `(started_at, id)`.
struct SummaryTable: Sendable {
    let name: String
    let keys: [String]
    /// The same in the order of the table's primary key.
    let keyOrder: [String]
    /// Whether a row shows its newest push's digest and outcomes too.
    let showsState: Bool
    /// The values that a push has, each as one text for each of ``keys``.
    let values: @Sendable (SummaryEntry) -> [[ByteText]]
    /// The table or the join that has ``keyColumns``.
    let pushes: String
    /// ``keys`` as ``pushes`` names them.
    let keyColumns: [String]

    static let all = [references, repositories, localImages, labels]

    static let references = SummaryTable(
        name: "reference", keys: ["registry", "owner", "repository", "tag"],
        keyOrder: ["repository", "tag", "owner", "registry"], showsState: true,
        values: { entry in
            entry.reference.map {
                [[$0.registry, $0.owner, $0.repository, $0.tag].map(ByteText.init)]
            } ?? []
        },
        pushes: "push",
        keyColumns: ["push.registry", "push.owner", "push.repository", "push.tag"])

    static let repositories = SummaryTable(
        name: "repository", keys: ["owner", "repository"],
        keyOrder: ["repository", "owner"], showsState: true,
        values: { entry in
            entry.reference.map { [[$0.owner, $0.repository].map(ByteText.init)] } ?? []
        },
        pushes: "push", keyColumns: ["push.owner", "push.repository"])

    static let localImages = SummaryTable(
        name: "local_image", keys: ["name"], keyOrder: ["name"], showsState: false,
        values: { [[$0.localImage]] },
        pushes: "push", keyColumns: ["push.local_image"])

    static let labels = SummaryTable(
        name: "label", keys: ["key", "value"], keyOrder: ["key", "value"], showsState: false,
        values: { entry in entry.labels.map { [ByteText($0.key), $0.value] } },
        pushes: "push_label JOIN push USING (num)",
        keyColumns: ["push_label.key", "push_label.value"])

    /// The columns that tell of the newest push, as the table names them.
    var newestColumns: [String] {
        ["started_at", "push_id"] + (showsState ? ["digest", "outcome", "notify_outcome"] : [])
    }

    /// The same, as ``pushes`` names them.
    var newestSources: [String] {
        ["push.started_at", "push.id"]
            + (showsState ? ["push.digest", "push.outcome", "push.notify_outcome"] : [])
    }
}
