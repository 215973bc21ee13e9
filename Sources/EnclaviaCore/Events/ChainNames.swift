/// The ids that a history's chain has had: a salvaged event begins another chain, which goes on from the last event
/// of the one before.
package struct ChainNames: Hashable, Sendable {
    /// A chain that has ended.
    private struct Former: Hashable {
        let chain: String
        let last: Int64
    }

    /// The id of the newest events; `nil` in a store that has none.
    package let present: ChainID?
    private let former: [Former]

    /// - Parameter salvages: the data of the salvaged events, oldest first.
    package init(_ present: ChainID?, salvages: [SalvageEventData] = []) {
        self.present = present
        former = salvages.flatMap { data in
            ((data.chain.map { [$0] } ?? []) + data.formerChains).map {
                Former(chain: $0, last: data.sequence)
            }
        }
    }

    /// The sequence number of the last event that a former chain has; `nil` for any other chain.
    package func lastEvent(of chain: ChainID) -> Int64? {
        former.last { $0.chain == chain.text }?.last
    }

    /// The same, by the `source` of its events, in any spelling.
    package func lastEvent(ofSource source: String) -> Int64? {
        guard source.utf8.starts(with: ChainID.sourcePrefix.utf8) else { return nil }
        return ChainID(source.dropFirst(ChainID.sourcePrefix.count).lowercased()).flatMap {
            lastEvent(of: $0)
        }
    }
}
