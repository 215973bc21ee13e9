/// Numbers as a plot writes them.
package enum PlotNumber {
    /// A coordinate with at most three decimals, and `0` for what is not finite.
    package static func coordinate(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let thousandths = Int64((min(max(value, -1e9), 1e9) * 1000).rounded())
        let sign = thousandths < 0 ? "-" : ""
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return "\(sign)\(whole)" }
        var decimals = String(rest)
        decimals = String(repeating: "0", count: 3 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(sign)\(whole).\(decimals)"
    }

    /// A count with a comma before each three digits.
    package static func count(_ value: Int) -> String {
        var grouped = ""
        let digits = String(value.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += "," }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + grouped
    }

    private static let units: [(size: Double, name: String)] = [
        (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
    ]

    /// The label of a tick: `0`, `250`, `1.5 k`, `20 M`.
    package static func tick(_ value: Double) -> String {
        guard let unit = units.first(where: { value >= $0.size }) else {
            return coordinate(value)
        }
        return coordinate((value / unit.size * 100).rounded() / 100) + " \(unit.name)"
    }
}
