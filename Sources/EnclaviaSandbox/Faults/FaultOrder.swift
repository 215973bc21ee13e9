/// A requested fault at a place, written `place=fault` or `place=fault*count`; several faults of
/// one place are written `place=fault,fault`.
package struct FaultOrder: Sendable, Equatable {
    package let place: FaultPlace
    package let fault: Fault
    /// How many more times it happens; nil for no limit.
    package var count: Int?

    /// Why the text is invalid.
    package enum Malformed: Error, Equatable {
        case noEquals(String)
        case unknownPlace(String)
        case unknownFault(String, place: FaultPlace)
        case badCount(String)
    }

    /// Reads `place=fault[*count],…`.
    package static func list(_ text: String) throws(Malformed) -> [FaultOrder] {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { throw .noEquals(text) }
        return try list(place: String(parts[0]), faults: String(parts[1]))
    }

    /// Reads a place and `fault[*count],…`.
    package static func list(place: String, faults: String) throws(Malformed) -> [FaultOrder] {
        var orders: [FaultOrder] = []
        for fault in faults.split(separator: ",", omittingEmptySubsequences: false) {
            orders.append(try FaultOrder(place: place, fault: String(fault)))
        }
        return orders
    }

    /// Reads a place and `fault[*count]`. `fault-once` is `fault*1`.
    private init(place: String, fault: String) throws(Malformed) {
        guard let place = FaultPlace(rawValue: place) else { throw .unknownPlace(place) }
        let parts = fault.split(separator: "*", maxSplits: 1)
        var word = String(parts.first ?? "")
        var count: Int?
        if parts.count == 2 {
            guard let number = Int(parts[1]), number > 0 else { throw .badCount(String(parts[1])) }
            count = number
        } else if word.hasSuffix("-once") {
            word.removeLast("-once".count)
            count = 1
        }
        guard let known = Fault(word: word) else { throw .unknownFault(word, place: place) }
        guard place.knows(known) else { throw .unknownFault(word, place: place) }
        self.place = place
        self.fault = known
        self.count = count
    }

    /// The form that `init(place:fault:)` reads.
    package var faultText: String { count.map { "\(fault.word)*\($0)" } ?? fault.word }
}

extension FaultOrder.Malformed: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noEquals(let text):
            "\"\(text)\" is not a fault: write place=fault, such as notify=500"
        case .unknownPlace(let place):
            "\"\(place)\" is not a valid place: the places are "
                + FaultPlace.allCases.map(\.rawValue).joined(separator: ", ")
        case .unknownFault(let fault, let place):
            "\(place.rawValue) does not support the fault \"\(fault)\": it supports "
                + (place.faults.map(\.word)
                + (place.takesStatus ? ["a status from 400 to 599"] : []))
                .joined(separator: ", ")
        case .badCount(let count):
            "\"\(count)\" is not a valid count: write fault*2 for the next two times"
        }
    }
}
