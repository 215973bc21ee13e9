/// Answers what a reference pointed at, at a moment.
package struct AtOperation: Sendable {
    package enum Answer: Sendable {
        /// The newest push that had succeeded by then.
        case found(StoredPush)
        case none
        /// Nothing is known, and pushes that finished before a moment were pruned.
        case pruned(before: Timestamp)
        /// No owner or registry was named, and the history knows several: the references to choose from.
        case ambiguous([String])
    }

    private let history: any History

    package init(history: any History) {
        self.history = history
    }

    /// - Parameter moment: `nil` for the newest of all: the clock may have been set back since.
    /// - Throws: ``StoreError`` where the history cannot be read.
    package func run(
        _ reference: ReferenceSelector, at moment: Timestamp?
    ) throws(StoreError) -> Answer {
        var selector = reference
        if reference.owner == nil {
            let owners = try history.owners(
                ofRepository: reference.repository, registry: reference.registry)
            guard let only = owners.first else { return try nothing(by: moment) }
            guard owners.count == 1 else {
                return .ambiguous(owners.map { "\($0)/\(reference.repository):\(reference.tag)" })
            }
            selector = ReferenceSelector(
                registry: reference.registry, owner: only, repository: reference.repository,
                tag: reference.tag)
        }
        if selector.registry == nil {
            let known = try history.references(selector)
            guard known.count <= 1 else { return .ambiguous(known) }
        }
        if let push = try history.push(of: selector, at: moment ?? .latest) { return .found(push) }
        return try nothing(by: moment)
    }

    /// Why nothing is known of a moment.
    private func nothing(by moment: Timestamp?) throws(StoreError) -> Answer {
        // The newest success of each tag is never pruned, so of now there is nothing that is not known.
        guard moment != nil, let before = try history.prunedBefore() else { return .none }
        return .pruned(before: before)
    }
}
