/// How far two words are apart.
package enum EditDistance {
    /// The fewest insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
    /// (optimal string alignment), counted in bytes.
    package static func between(_ left: some StringProtocol, _ right: some StringProtocol) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var before: [Int] = []
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                var best = min(
                    row[j] + (left[i] == right[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, before[j - 1] + 1)
                }
                next.append(best)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
