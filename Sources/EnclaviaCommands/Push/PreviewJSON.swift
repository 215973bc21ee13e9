import EnclaviaCore

/// What `push --dry-run --json` shows.
struct PreviewJSON: JSONDescribed {
    private let schemaVersion = 1
    private let dryRun = true
    private let reference: String
    private let registry: String
    private let owner: String
    private let repository: String
    private let tag: String
    private let tagPolicy: String
    private let action: String
    @Nullable private var tagChange: TagChange?
    @Nullable private var previousDigest: Digest?

    private enum CodingKeys: String, CodingKey {
        case reference, registry, owner, repository, tag, action
        case tagPolicy = "tag_policy"
        case tagChange = "tag_change"
        case previousDigest = "previous_digest"
        case schemaVersion = "schema_version"
        case dryRun = "dry_run"
    }

    static let jsonSchema = JSONSchema.object([
        JSONSchema.version, Key("dry_run", .truth(true)), Key("reference", .text),
        Key("registry", .text), Key("owner", .text), Key("repository", .text), Key("tag", .text),
        Key("tag_policy", .cases(of: TagPolicy.self)),
        Key("action", .words(["pushed", "kept"]), "What the push would do."),
        Key(
            "tag_change", .nullable(.cases(of: TagChange.self)),
            "null if the registry could not be queried."),
        Key("previous_digest", .nullable(.digest), "The digest that the tag points at."),
    ])

    init(_ preview: PushPreview) {
        reference = preview.reference.description
        registry = preview.reference.registry
        owner = preview.reference.owner
        repository = preview.reference.repository
        tag = preview.reference.tag
        tagPolicy = preview.policy.rawValue
        action = preview.action == .keep ? "kept" : "pushed"
        tagChange = preview.tagChange
        previousDigest = preview.previousDigest
    }
}
