import EnclaviaCore

/// The progress of the layers of a push.
struct LayerProgress: Sendable {
    private struct Layer {
        var isDone = false
        var sent: Int64 = 0
        /// The uncompressed size, in bytes, as Docker counts it; 0 until Docker starts to send the layer.
        var total: Int64 = 0
    }

    private var layers: [Substring: Layer] = [:]

    /// The most layers that are counted; no image has as many.
    static let limit = 1024

    /// Sets the state of a layer.
    ///
    /// - Returns: the state of all layers, where it changed.
    mutating func set(_ name: Substring, isDone: Bool) -> EngineOutput? {
        let known = layers[name]
        guard known != nil || layers.count < Self.limit, known?.isDone != isDone else { return nil }
        layers[name, default: Layer()].isDone = isDone
        return .layers(done: layers.values.count { $0.isDone }, total: layers.count)
    }

    /// Sets how much of a layer was sent, in bytes.
    ///
    /// - Returns: the sums over the layers that were started.
    mutating func set(_ name: Substring, sent: Int64, of total: Int64) -> EngineOutput? {
        guard layers[name] != nil || layers.count < Self.limit else { return nil }
        layers[name, default: Layer()].sent = min(sent, total)
        layers[name, default: Layer()].total = total
        var sum = (sent: Int64(0), total: Int64(0))
        for layer in layers.values {
            sum.sent = sum.sent.addingClamped(layer.isDone ? layer.total : layer.sent)
            sum.total = sum.total.addingClamped(layer.total)
        }
        return .bytes(sent: sum.sent, total: sum.total)
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}

/// A progress bar of Docker, which draws them only on a terminal (moby, pkg/jsonmessage):
/// `5f70bf18a086: Pushing [==>    ]  12.3MB/45MB`, and `5f70bf18a086: Pushing  46MB` beyond the total.
struct ProgressBarLine {
    let layer: Substring
    let sent: Int64
    let total: Int64

    init?(_ line: String) {
        guard let colon = line.firstRange(of: ": Pushing ") else { return nil }
        let numbers = line[colon.upperBound...].split(separator: " ").last ?? ""
        let sizes = numbers.split(separator: "/").map(Self.bytes)
        guard let first = sizes.first, let sent = first, let last = sizes.last, let total = last,
            sizes.count < 3
        else { return nil }
        layer = line[..<colon.lowerBound]
        self.sent = sent
        self.total = total
    }

    /// Decimal units (docker/go-units, `HumanSize`).
    private static func bytes(_ text: Substring) -> Int64? {
        let units: [(String, Double)] = [
            ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
        ]
        guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Double(text.dropLast(unit.count)), number >= 0, number < 1e6
        else { return nil }
        return Int64(number * factor)
    }
}
