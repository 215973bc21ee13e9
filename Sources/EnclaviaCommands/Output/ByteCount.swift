/// Amounts of bytes for people, in the decimal units that engines use: `48.1 MB`.
package enum ByteCount {
    struct Unit {
        let name: String
        let size: Int64
    }

    package static func text(_ bytes: Int64) -> String {
        guard bytes >= 1000 else { return "\(bytes) bytes" }
        let unit = unit(for: bytes)
        return "\(tenths(of: bytes, unit)) \(unit.name)"
    }

    /// The unit in which `bytes` has one to three digits before the point.
    static func unit(for bytes: Int64) -> Unit {
        units.first { bytes / $0.size < 1000 } ?? units[units.count - 1]
    }

    /// `48.1`, rounded down.
    static func tenths(of bytes: Int64, _ unit: Unit) -> String {
        let tenths = bytes / (unit.size / 10)
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static let units = [
        Unit(name: "kB", size: 1_000), Unit(name: "MB", size: 1_000_000),
        Unit(name: "GB", size: 1_000_000_000), Unit(name: "TB", size: 1_000_000_000_000),
    ]
}
