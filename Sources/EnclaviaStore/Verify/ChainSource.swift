import EnclaviaCore

/// Checks which chain the events name as their source: from the first event on that names one, all name the same. A
/// salvaged event alone may begin another one, if it says which chain ended there and at which hash.
struct ChainSource {
    /// The chain that the next event must name, or may name first.
    private(set) var chain: ChainID?
    /// The salvaged events so far.
    private(set) var salvages: [VerifyReport.Salvage] = []
    /// Whether an event has named the chain.
    private var isNamed = false
    /// Whether the first name that is found is the chain's.
    private let isAdopting: Bool

    private static let mark = Array(#""type":"\#(EventType.historySalvaged.rawValue)"}"#.utf8)

    /// - Parameter chain: the chain up to the first salvaged event.
    init(of chain: ChainID?) {
        self.chain = chain
        isAdopting = false
    }

    /// Takes the chain's id from the events.
    init() {
        isAdopting = true
    }

    /// Whether the source of the event after `head` is right.
    ///
    /// - Parameters:
    ///   - source: as the event's text spells it.
    ///   - text: the whole text, as ``JSONText`` encodes it.
    mutating func accepts(
        _ source: some Collection<UInt8>, in text: UnsafeBufferPointer<UInt8>,
        after head: EventChain.Head
    ) -> Bool {
        let hasChain = source.starts(with: ChainID.sourcePrefix.utf8)
        guard hasChain || isNamed else { return true }
        let isOwn = chain.map { source.elementsEqual($0.source.utf8) } ?? false
        let isMark = text.suffix(Self.mark.count).elementsEqual(Self.mark)
        let name = source.dropFirst(ChainID.sourcePrefix.utf8.count)
        let named = hasChain ? ChainID(String(decoding: name, as: UTF8.self)) : nil
        let before = isNamed
        isNamed = true
        if isMark {
            guard !isOwn, let named, let data = salvage(text, after: head),
                data.chain == chain?.text || isAdopting && !before
            else { return false }
            salvages.append(VerifyReport.Salvage(sequence: head.sequence + 1, data: data))
            chain = named
            return true
        }
        if isAdopting, !before, chain == nil, let named {
            chain = named
            return true
        }
        return isOwn
    }

    /// The data of a salvaged event, if they are valid at this place.
    private func salvage(
        _ text: UnsafeBufferPointer<UInt8>, after head: EventChain.Head
    ) -> SalvageEventData? {
        guard let event = try? JSONText.decode(CloudEvent.self, fromBytes: Array(text)).event,
            case .salvaged(let data) = event.subject, data.sequence == head.sequence,
            data.head == Hexadecimal.encode(head.hash),
            let lost = SequenceRanges(pairs: data.lost), lost.count == data.lostEvents,
            lost.ranges.first.map({ $0.lowerBound > data.sequence }) ?? true,
            let blanked = SequenceRanges(pairs: data.blanked),
            blanked.ranges.last.map({ $0.upperBound <= data.sequence }) ?? true
        else { return nil }
        return data
    }
}

extension SequenceRanges {
    /// Ranges as ``pairs`` spells them; `nil` unless they are pairs of positive numbers in order whose count does not
    /// overflow.
    init?(pairs: [[Int64]]) {
        var ranges: [ClosedRange<Int64>] = []
        for pair in pairs {
            guard pair.count == 2, pair[0] > 0, pair[0] <= pair[1],
                pair[0] > ranges.last?.upperBound ?? 0
            else { return nil }
            ranges.append(pair[0]...pair[1])
        }
        self.init(ranges)
    }
}
