/// What a push would do, as far as that is known without one (`--dry-run`).
package struct PushPreview: Hashable, Sendable {
    package let reference: ImageReference
    package let policy: TagPolicy
    package let action: Action
    /// What the push would do to the tag; `nil` where the registry could not be queried.
    package let tagChange: TagChange?
    /// What the tag holds; `nil` also where the registry could not be queried.
    package let previousDigest: Digest?

    package enum Action: String, Hashable, Sendable, CaseIterable {
        case push, keep
    }
}

extension PushPreview {
    init(_ decision: TagDecision, _ tagInspection: TagInspection) {
        reference = tagInspection.image.reference
        policy = tagInspection.policy
        switch decision {
        case .keep(let held):
            (action, tagChange, previousDigest) = (.keep, .unchanged, held.digest)
        case .push(.history, _):
            (action, tagChange, previousDigest) = (.push, nil, nil)
        case .push(.registry(let digest), let held):
            action = .push
            previousDigest = digest
            tagChange = held.map { tagInspection.isImage($0) ? .unchanged : .moved } ?? .created
        }
    }
}
