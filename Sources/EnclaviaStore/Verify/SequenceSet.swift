import EnclaviaCore

/// A set of sequence numbers, which takes one bit for each number where they are close to one another.
struct SequenceSet {
    /// 4,096 numbers a page.
    private static let words: Int64 = 64
    private static let bits: Int64 = 64

    private var pages: [Int64: [UInt64]] = [:]

    /// - Parameter sequence: 0 or greater.
    /// - Returns: whether it was not in the set.
    mutating func insert(_ sequence: Int64) -> Bool {
        let (page, place) = sequence.quotientAndRemainder(dividingBy: Self.words * Self.bits)
        let word = Int(place / Self.bits)
        let bit: UInt64 = 1 << UInt64(place % Self.bits)
        let empty = [UInt64](repeating: 0, count: Int(Self.words))
        let old = pages[page, default: empty][word]
        guard old & bit == 0 else { return false }
        pages[page, default: empty][word] = old | bit
        return true
    }

    /// What is missing between the least number and the greatest.
    var gaps: SequenceGaps {
        var gaps = SequenceGaps()
        for page in pages.keys.sorted() {
            for (index, word) in (pages[page] ?? []).enumerated() {
                var word = word
                let base = (page * Self.words + Int64(index)) * Self.bits
                while word != 0 {
                    let sequence = base + Int64(word.trailingZeroBitCount)
                    word &= word - 1
                    guard let extent = gaps.extent else {
                        gaps.extent = sequence...sequence
                        continue
                    }
                    if sequence > extent.upperBound + 1 {
                        gaps.add(extent.upperBound + 1...sequence - 1)
                    }
                    gaps.extent = extent.lowerBound...sequence
                }
            }
        }
        return gaps
    }
}
