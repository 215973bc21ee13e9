/// Answers what a reference pointed at, at a moment.
package struct AtOperation: Sendable {
    package enum Answer: Sendable {
        /// The newest push that had succeeded by then.
        case found(StoredPush)
        case none
        /// No owner was named, and the history knows several.
        case ambiguous(owners: [String])
    }

    private let history: any History

    package init(history: any History) {
        self.history = history
    }

    /// - Throws: ``StoreError`` where the history cannot be read.
    package func run(
        _ reference: ReferenceSelector, at moment: Timestamp
    ) throws(StoreError) -> Answer {
        var selector = reference
        if reference.owner == nil {
            let owners = try history.owners(
                ofRepository: reference.repository, registry: reference.registry)
            guard let only = owners.first else { return .none }
            guard owners.count == 1 else { return .ambiguous(owners: owners) }
            selector = ReferenceSelector(
                registry: reference.registry, owner: only, repository: reference.repository,
                tag: reference.tag)
        }
        return try history.push(of: selector, at: moment).map(Answer.found) ?? .none
    }
}
