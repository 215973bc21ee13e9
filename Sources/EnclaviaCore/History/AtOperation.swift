/// Finds what a reference pointed at, at a given moment.
package struct AtOperation: Sendable {
    package enum Answer: Sendable {
        case push(PushOfMoment)
        /// No owner or registry was named, and the history knows several: the references to choose from.
        case ambiguous([String])
    }

    private let history: any History
    private let now: Timestamp

    package init(history: any History, now: Timestamp) {
        self.history = history
        self.now = now
    }

    /// - Parameter moment: `nil` for now. A later moment counts as now, even if a clock that was ahead has recorded
    ///   later times.
    /// - Throws: ``StoreError`` where the history cannot be read.
    package func run(
        _ reference: ReferenceSelector, at moment: Timestamp?
    ) throws(StoreError) -> Answer {
        var selector = reference
        if reference.owner == nil {
            let owners = try history.owners(
                ofRepository: reference.repository, registry: reference.registry)
            guard let only = owners.first else { return .push(.none) }
            guard owners.count == 1 else {
                var candidates: [String] = []
                for owner in owners { candidates += try names(reference.of(owner)) }
                return .ambiguous(candidates)
            }
            selector = reference.of(only)
        }
        if selector.registry == nil {
            let known = try history.references(selector)
            guard known.count <= 1 else { return .ambiguous(known) }
        }
        let past = moment.flatMap { $0 < now ? $0 : nil }
        return .push(try history.push(of: selector, at: past, now: now))
    }

    /// The names by which an owner's references can be told apart: with registries where there are several.
    private func names(_ selector: ReferenceSelector) throws(StoreError) -> [String] {
        let known = selector.registry == nil ? try history.references(selector) : []
        let name = "\(selector.owner ?? "")/\(selector.repository):\(selector.tag)"
        return known.count > 1 ? known : [name]
    }
}

extension ReferenceSelector {
    fileprivate func of(_ owner: String) -> ReferenceSelector {
        ReferenceSelector(registry: registry, owner: owner, repository: repository, tag: tag)
    }
}

/// What the history knows of a reference at a moment.
package enum PushOfMoment: Sendable {
    /// The newest push that had succeeded by then.
    case known(StoredPush)
    /// None had.
    case none
    /// Unknown: a prune deleted pushes that ended before a moment, and may have deleted one that was newer than
    /// what is left.
    case pruned(before: Timestamp)
}
